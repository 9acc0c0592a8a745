import { isLive, type PaymentForGate, securedBy } from "./payment.ts";
import type { Capabilities } from "./provider.ts";

/**
 * `withdraw_link`: a link that its provider cannot cancel; we stop serving it and watch it to its end. `finalize`: a part of a
 * hold is taken and the rest goes back. `propose_refund`: for Finance to decide.
 */
export const BACK_STEPS = [
  "cancel_link",
  "withdraw_link",
  "release_hold",
  "finalize",
  "refund",
  "propose_refund",
] as const;

/**
 * How money goes back to a customer, or stops being on its way to us, step by step. The plan is made here and shown before
 * it is carried out; each step is then confirmed by the provider, not assumed.
 */
export type BackStep = {
  paymentId: string;
  kind: (typeof BACK_STEPS)[number];
  /** What stops being asked for, or goes back to the customer. */
  amountMinor: bigint;
  /** Of a hold, what is taken instead of going back. */
  takenMinor: bigint;
};

export type BackPlan = {
  steps: BackStep[];
  /** What cannot go back this way: another order's money attached here, or a provider that cannot do it. */
  leftMinor: bigint;
};

type CapabilitiesOf = (
  payment: PaymentForGate,
) => Pick<Capabilities, "cancelUnpaidLink" | "releaseHold" | "finalizePart" | "refund" | "refundPart">;

/** Gives a surplus back: from the newest payment on, a hold before taken money, because letting go of it costs nobody a fee. */
export function giveBack(surplusMinor: bigint, payments: readonly PaymentForGate[], can: CapabilitiesOf): BackPlan {
  let left = surplusMinor;
  const steps: BackStep[] = [];
  const newest = [...payments].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const held = newest.filter(({ state }) => state === "withholding");
  const taken = newest.filter(({ facts }) => facts.capturedMinor > 0n);
  for (const payment of [...held, ...taken]) {
    const there = securedBy(payment);
    const part = there < left ? there : left;
    const kind = part <= 0n ? null : wayBack(payment, part, can(payment));
    if (!kind) continue;
    steps.push({
      paymentId: payment.id,
      kind,
      amountMinor: part,
      takenMinor: kind === "finalize" ? payment.facts.heldMinor - part : 0n,
    });
    left -= part;
  }
  return { steps, leftMinor: left };
}

function wayBack(
  payment: PaymentForGate,
  partMinor: bigint,
  can: ReturnType<CapabilitiesOf>,
): "release_hold" | "finalize" | "refund" | "propose_refund" | null {
  if (payment.unsettled) return null;
  // What came past the providers goes back past them: by a person's hand.
  if (payment.provider === "offline") return "propose_refund";
  if (payment.state === "withholding") {
    if (partMinor === payment.facts.heldMinor) return can.releaseHold ? "release_hold" : null;
    return can.finalizePart ? "finalize" : null;
  }
  const whole = partMinor === payment.facts.capturedMinor - payment.facts.refundedMinor;
  return can.refund && (whole || can.refundPart) ? "refund" : null;
}

/** Everything that has to happen before an order is cancelled, in the order in which it is shown: link, holds, taken money. */
export function cancelSteps(payments: readonly PaymentForGate[], can: CapabilitiesOf): BackStep[] {
  const step = (payment: PaymentForGate, kind: BackStep["kind"], amountMinor: bigint): BackStep => ({
    paymentId: payment.id,
    kind,
    amountMinor,
    takenMinor: 0n,
  });
  const oldest = [...payments].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return [
    ...oldest
      .filter(({ state }) => isLive(state))
      .map((payment) =>
        step(payment, can(payment).cancelUnpaidLink ? "cancel_link" : "withdraw_link", payment.amountMinor),
      ),
    ...oldest
      .filter(({ state }) => state === "withholding")
      .map((payment) => step(payment, "release_hold", payment.facts.heldMinor)),
    ...oldest
      .filter((payment) => payment.facts.capturedMinor > 0n && securedBy(payment) > 0n)
      .map((payment) => step(payment, "propose_refund", securedBy(payment))),
  ];
}
