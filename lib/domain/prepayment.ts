import { divideHalfUp } from "./money.ts";

/**
 * What a customer pays before the goods leave. A percentage is held in basis points (hundredths of a percent), because
 * two decimals are allowed: 33.33 % = 3333.
 */
export type Prepayment =
  | { kind: "none" }
  | { kind: "percent"; basisPoints: number }
  | { kind: "amount"; amountMinor: bigint };

export const PREPAYMENT_KINDS = ["none", "percent", "amount"] as const;
export type PrepaymentProblem = "percent_out_of_range" | "amount_not_positive" | "amount_above_total";

/** Null when the prepayment can be asked of an order with this total; a zero total is the release's concern, not ours. */
export function prepaymentProblem(prepayment: Prepayment, totalMinor: bigint): PrepaymentProblem | null {
  switch (prepayment.kind) {
    case "none":
      return null;
    case "percent":
      return Number.isInteger(prepayment.basisPoints) && prepayment.basisPoints > 0 && prepayment.basisPoints <= 10_000
        ? null
        : "percent_out_of_range";
    case "amount":
      if (prepayment.amountMinor <= 0n) return "amount_not_positive";
      return prepayment.amountMinor > totalMinor ? "amount_above_total" : null;
  }
}

/** The prepayment in minor units, rounded half up once; the rest of the total is the balance, so the two always add up. */
export function prepaymentOf(
  prepayment: Prepayment,
  totalMinor: bigint,
): { prepaymentMinor: bigint; restMinor: bigint } {
  const prepaymentMinor =
    prepayment.kind === "none"
      ? 0n
      : prepayment.kind === "percent"
        ? divideHalfUp(totalMinor * BigInt(prepayment.basisPoints), 10_000n)
        : prepayment.amountMinor;
  return { prepaymentMinor, restMinor: totalMinor - prepaymentMinor };
}

/**
 * What the gate asks for: the prepayment, or the whole total where a service is chosen without a prepayment, or nothing.
 * A percentage so small that it rounds to nothing still asks for one minor unit: a link for 0 cannot exist.
 */
export function requiredFor(prepayment: Prepayment, totalMinor: bigint, hasService: boolean): bigint {
  if (prepayment.kind === "none") return hasService ? totalMinor : 0n;
  const { prepaymentMinor } = prepaymentOf(prepayment, totalMinor);
  return prepaymentMinor === 0n && totalMinor > 0n ? 1n : prepaymentMinor;
}
