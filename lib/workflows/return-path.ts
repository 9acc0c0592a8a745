import "server-only";
import { timingSafeEqual } from "node:crypto";
import { proofOf } from "#lib/crypto";
import { isId, type MessageId } from "#lib/domain/ids";

const PROOF_CHARS = 20;
const proof = (id: MessageId) => proofOf("return path", id).toString("hex").slice(0, PROOF_CHARS);

/**
 * The address that one message comes back to: `bounce+msg_…-<proof>@company.ua`. Whoever reports about a message names it by
 * this address, and only somebody who was given it can know the proof.
 */
export function returnPathOf(id: MessageId, bounceAddress: string): string {
  const at = bounceAddress.lastIndexOf("@");
  return `${bounceAddress.slice(0, at)}+${id}-${proof(id)}${bounceAddress.slice(at)}`;
}

/** The message whose return path stands in a text; null where there is none, or one that is not of our making. */
export function messageOfReturnPath(text: string): MessageId | null {
  // Servers on the way may have changed the case.
  for (const [, id, given] of text.toLowerCase().matchAll(/\+(msg_[0-9a-z]{26})-([0-9a-f]{20})@/g))
    if (isId("msg", id) && given && timingSafeEqual(Buffer.from(given), Buffer.from(proof(id)))) return id;
  return null;
}
