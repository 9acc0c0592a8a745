import { type PayAttempt, payFactsOfOrder } from "#db/queries/pay-page";
import { findLinkOfPayment, findPaymentState } from "#db/queries/payments";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { isLive } from "#lib/domain/payment";
import { ok, type Result, refuse } from "#lib/domain/result";
import { type PayState, payPage } from "#lib/pay/page-model";
import { cancelPayment } from "./cancel-payment.ts";
import { checkPaid } from "./check-paid.ts";
import { requestNewLink } from "./request-new-link.ts";
import { syncPayment } from "./sync-payment.ts";
import type { Actor, World } from "./world.ts";

/** Why pressing Pay started nothing. Each has a sentence in both languages (`pay.notice`). */
export const PAY_REFUSALS = [
  "processing",
  "checking",
  "paid",
  "closed",
  "in_review",
  "unavailable",
  "not_offered",
  "refused",
  "not_cancelled",
  "too_soon",
] as const;
export type PayRefusal = (typeof PAY_REFUSALS)[number];

/** Where to send the customer; `url` is null while the link is still being made. */
export type WayToPay = { url: string | null; attempt: number };
type Pressed = Result<WayToPay, PayRefusal>;

/** Each turn something else may have happened meanwhile: another press, a webhook, the task. */
const TURNS = 4;
/** Whoever joins a link that is being made waits so long for it. */
const JOIN_FOR_MS = 8_000;
const JOIN_EVERY_MS = 120;
/** A provider that has just refused a link is not asked for the next one at once. */
const AFTER_REFUSAL_MS = 10_000;

const LOCKED: Partial<Record<PayState, PayRefusal>> = {
  processing: "processing",
  checking: "checking",
  paid: "paid",
  held: "paid",
  in_review: "in_review",
  unavailable: "unavailable",
  refunded: "closed",
  cancelling: "closed",
  cancelled: "closed",
  link_cancelled: "closed",
  nothing_to_pay: "closed",
  not_released: "closed",
};

/**
 * The customer presses Pay: leads to the live link, joins the one that is being made, or makes the next attempt where the
 * last has ended. Choosing another service, or the whole order in place of its prepayment, ends the live link first; where
 * that fails because it was just paid, none is made. However often it is pressed, an order has one live attempt.
 */
export async function payOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { serviceId: string | null; sum?: "deposit" | "whole" | null },
): Promise<Pressed> {
  for (let turn = 0; turn < TURNS; turn++) {
    const facts = await payFactsOfOrder(world.db, orderId);
    if (!facts) return refuse("closed");
    const page = payPage(facts, { returned: false }, world.now());
    const { attempt, pay, state } = page;
    if (state === "preparing" && attempt) {
      const link = await joined(world, attempt.id);
      if (link) return link;
      // It was being taken back, and is gone: the next turn sees what has come in its place.
      continue;
    }
    // Its time is over by our clock only: the provider knows how it ended.
    if (state === "checking" && turn === 0 && (await checkPaid(world, actor, orderId)) === "asked") continue;
    const locked = LOCKED[state];
    if (locked) return refuse(locked);
    if (!pay) return refuse("unavailable");
    const chosen = input.serviceId === null ? pay.chosen : pay.services.find(({ id }) => id === input.serviceId);
    if (!chosen || (input.sum === "whole" && !pay.whole)) return refuse("not_offered");
    const sum = input.sum ?? pay.whole?.chosen ?? "deposit";

    if (pay.live && attempt) {
      if (chosen.id === attempt.serviceId && (!pay.whole || pay.whole.chosen === sum))
        return ok({ url: attempt.url, attempt: attempt.attempt });
      const ended = await endFirst(world, actor, attempt);
      if (ended === "ended") continue;
      return ended === "unsettled" ? ok({ url: null, attempt: attempt.attempt }) : refuse(ended);
    }
    if (state === "not_prepared" && attempt && world.now().getTime() - attempt.createdAt.getTime() < AFTER_REFUSAL_MS)
      return refuse("too_soon");
    const made = await requestNewLink(world, actor, orderId, {
      paymentServiceId: chosen.id,
      forBalance: sum === "whole",
    });
    if (made.ok) return (await joined(world, made.value.paymentId)) ?? refuse("closed");
    const code = made.error.kind === "blocked" ? made.error.blocker.code : null;
    if (code === "PROVIDER_REFUSED") return refuse("refused");
    // Another press is taking the declined link back: what comes of it is the next turn's.
    if (code === "OPERATION_RUNNING" && attempt && !(await takenBack(world, attempt.id))) return refuse("unavailable");
    // Anything else has just become so: the next turn sees it.
  }
  return refuse("unavailable");
}

/** Ends the link the customer turns away from. `unsettled`: asked for, and the provider has not said whether it is done. */
async function endFirst(
  world: World,
  actor: Actor,
  live: PayAttempt,
): Promise<"ended" | "unsettled" | "not_cancelled" | "checking"> {
  if (!world.findProvider(live.provider).capabilities.cancelUnpaidLink) {
    // It can only be withdrawn by us, so at least nobody withdraws one that has just been paid.
    const asked = await syncPayment(world, actor, live.id);
    if (!asked.ok) return "checking";
    if (asked.value.moved && (await findPaymentState(world.db, live.id)) !== "pending") return "ended";
  }
  const done = await cancelPayment(world, actor, live.id, { reason: null });
  if (done.ok) return done.value.pending ? "unsettled" : "ended";
  const code = done.error.kind === "blocked" ? done.error.blocker.code : null;
  if (code === "NOT_LIVE") return "ended";
  if (code === "OPERATION_RUNNING") return "unsettled";
  await syncPayment(world, actor, live.id);
  return "not_cancelled";
}

/** Waits while a provider is being asked to take a link back. False: it has not said, or takes too long. */
async function takenBack(world: World, id: PaymentId): Promise<boolean> {
  const until = performance.now() + JOIN_FOR_MS;
  for (;;) {
    const leaving = (await findLinkOfPayment(world.db, id))?.leaving ?? null;
    if (leaving === null) return true;
    if (leaving === "unknown" || performance.now() > until) return false;
    await new Promise((wake) => setTimeout(wake, JOIN_EVERY_MS));
  }
}

/** Waits for a link that somebody's press, perhaps this one, has asked for, or is taking back; null when it is over. */
async function joined(world: World, id: PaymentId): Promise<Pressed | null> {
  const until = performance.now() + JOIN_FOR_MS;
  for (;;) {
    const row = await findLinkOfPayment(world.db, id);
    if (!row) return refuse("closed");
    if (row.state === "pending" && row.url && !row.leaving) return ok({ url: row.url, attempt: row.attempt });
    if (row.state === "processing") return refuse("processing");
    if (row.state === "withholding" || row.state === "successful") return refuse("paid");
    if (!isLive(row.state)) return row.url === null ? refuse("refused") : null;
    if (performance.now() > until) return ok({ url: null, attempt: row.attempt });
    await new Promise((wake) => setTimeout(wake, JOIN_EVERY_MS));
  }
}
