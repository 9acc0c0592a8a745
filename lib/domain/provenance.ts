import { learn, type MoneyFacts, NO_FACTS, type PaymentState, paymentState } from "./payment.ts";

type Source = "webhook" | "status" | "action" | "statement" | "person";
export type ProvenEvent = { at: Date; source: Source; facts: Partial<MoneyFacts> };

/** Who told us first of the state that a payment is in, and when the bank itself said so when it was asked. */
export type Provenance = { source: Source; at: Date; confirmedAt: Date | null };

/**
 * Where a payment's state comes from: the report since which it has been so, and the first answer of the provider after it.
 * A question that was answered with the same words leaves no event, only the moment when it was last asked.
 * @param events oldest first
 */
export function provenanceOf(
  events: readonly ProvenEvent[],
  state: PaymentState,
  checkedAt: Date | null,
): Provenance | null {
  let known = NO_FACTS;
  let told: ProvenEvent | null = null;
  for (const event of events) {
    known = learn(known, event.facts);
    if (paymentState(known) !== state) told = null;
    else told ??= event;
  }
  if (!told) return null;
  const since = told;
  const asked = events.find(({ at, source }) => source === "status" && at >= since.at);
  const later = checkedAt && checkedAt >= since.at ? checkedAt : null;
  return { source: since.source, at: since.at, confirmedAt: asked?.at ?? later };
}

/** A report's facts as they are kept: amounts are decimal texts. */
export function readFacts(kept: Readonly<Record<string, string | boolean | null>>): Partial<MoneyFacts> {
  const amount = (name: string) => (typeof kept[name] === "string" ? { [name]: BigInt(kept[name]) } : {});
  return {
    ...amount("heldMinor"),
    ...amount("capturedMinor"),
    ...amount("refundedMinor"),
    ...(kept.holdReleased === true ? { holdReleased: true } : {}),
    ...(kept.withdrawn === true ? { withdrawn: true } : {}),
    ...(kept.ended ? { ended: kept.ended as MoneyFacts["ended"] } : {}),
    ...(kept.progress ? { progress: kept.progress as MoneyFacts["progress"] } : {}),
  };
}
