import type { PaymentRow } from "#db/queries/payment-rows";
import type { TimelineFact } from "#db/queries/timeline";
import { type Currency, moneyView } from "#lib/domain/money";
import { everHadMoney, type MoneyFacts, mostSeenMinor } from "#lib/domain/payment";
import type { Report } from "./record-observation.ts";
import { auditActor, type Story, sourceOf } from "./story.ts";

/** What a report brought, as sentences of the order's history, and the payment's change of state in the audit log. */
export function tellReport(
  story: Story,
  before: PaymentRow,
  known: MoneyFacts,
  after: PaymentRow,
  facts: MoneyFacts,
  report: Report,
): void {
  const money = (amount: bigint) => moneyView(amount, after.currency as Currency);
  const details = after.details;
  const source = report.source === "status" && report.actor.kind === "user" ? "bank" : sourceOf(report.actor);
  const say = (kind: TimelineFact["kind"], params: NonNullable<TimelineFact["params"]>) =>
    story.timeline.push({
      orderId: after.orderId,
      paymentId: after.id,
      kind,
      params: { attempt: after.attempt, provider: after.provider, ...params },
      actor: report.actor,
      source,
    });
  const card: Record<string, string> = details.maskedCard ? { card: details.maskedCard } : {};

  if (facts.progress === "processing" && known.progress !== "processing" && !everHadMoney(facts) && !facts.ended)
    say("payment.processing", { amount: money(after.amountMinor) });
  if (facts.heldMinor > known.heldMinor && facts.capturedMinor === 0n)
    say("payment.held", {
      amount: money(facts.heldMinor),
      ...card,
      ...(after.holdExpiresAt ? { holdExpiresAt: after.holdExpiresAt.toISOString() } : {}),
    });
  // Recording and reversing tell themselves, with their reasons.
  const told = after.provider === "offline";
  if (!told && facts.capturedMinor > known.capturedMinor)
    say("payment.captured", {
      amount: money(facts.capturedMinor),
      ...(facts.heldMinor > facts.capturedMinor ? { of: money(facts.heldMinor) } : {}),
      ...card,
      ...(details.feeMinor ? { fee: money(BigInt(details.feeMinor)) } : {}),
    });
  if (!told && facts.refundedMinor > known.refundedMinor)
    say("payment.refunded", {
      amount: money(facts.refundedMinor - known.refundedMinor),
      total: money(facts.refundedMinor),
    });
  if (facts.holdReleased && !known.holdReleased && facts.capturedMinor === 0n)
    say("payment.hold_released", { amount: money(facts.heldMinor) });
  if (facts.ended && facts.ended !== known.ended) {
    if (facts.ended === "failed")
      say("payment.failed", {
        ...(details.failureCode ? { code: details.failureCode } : {}),
        ...(details.failureReason ? { reason: details.failureReason } : {}),
      });
    else if (facts.ended === "expired") say("link.expired", {});
    else say("link.cancelled", { confirmed: "provider" });
  }
  for (const reason of after.reviewReasons.filter((candidate) => !before.reviewReasons.includes(candidate)))
    say("payment.review", {
      reason,
      asked: money(after.amountMinor),
      reported: money(reportedMinor(after, facts, report)),
    });

  if (before.state !== after.state || before.needsReview !== after.needsReview)
    story.audits.push({
      actor: auditActor(report.actor),
      action: "payment.state",
      entity: "payment",
      entityId: after.id,
      before: { state: before.state, needsReview: before.needsReview },
      after: {
        state: after.state,
        needsReview: after.needsReview,
        held: facts.heldMinor,
        captured: facts.capturedMinor,
        refunded: facts.refundedMinor,
        source: report.source,
        sourceRef: report.sourceRef,
      },
    });
}

/** Money that differs says more than the sum that the provider names as asked: a payer may have added to it. */
function reportedMinor(after: PaymentRow, facts: MoneyFacts, { observation }: Report): bigint {
  const seen = mostSeenMinor(facts);
  if (seen > 0n && seen !== after.amountMinor) return seen;
  return observation.asked?.amountMinor ?? after.amountMinor;
}
