import { idOfSigned, signedId } from "#lib/crypto";
import { isId, type MessageId } from "#lib/domain/ids";

/**
 * The address that one message comes back to: `bounce+msg_…-<proof>@company.ua`. Whoever reports about a message names it by
 * this address, and only somebody who was given it can know the proof.
 */
export function returnPathOf(id: MessageId, bounceAddress: string): string {
  const at = bounceAddress.lastIndexOf("@");
  return `${bounceAddress.slice(0, at)}+${signedId("return path", id)}${bounceAddress.slice(at)}`;
}

/** The message whose return path stands in a text; null where there is none, or one that is not of our making. */
export function messageOfReturnPath(text: string): MessageId | null {
  for (const [, signed] of text.matchAll(/\+(msg_[0-9a-z]{26}-[0-9a-f]{20})@/gi)) {
    const id = idOfSigned("return path", signed ?? "");
    if (isId("msg", id)) return id;
  }
  return null;
}
