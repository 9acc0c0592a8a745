/** Starting failed for a reason a person can act on; the message says how. */
export class EmbeddedFailure extends Error {
  override name = "EmbeddedFailure";
}
