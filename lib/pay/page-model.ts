import type { PayAttempt, PayFacts, PayService } from "#db/queries/pay-page";
import { unreachable } from "#lib/domain/invariant";
import { missingOf } from "#lib/domain/order";
import { everHadMoney, isLive } from "#lib/domain/payment";

/** What the customer's page of an order can say. Each has a pill, a headline and a text in both languages. */
export const PAY_STATES = [
  "ready",
  "replaced",
  "not_yet",
  "preparing",
  "checking",
  "processing",
  "paid",
  "held",
  "partly_paid",
  "failed",
  "not_prepared",
  "expired",
  "link_cancelled",
  "cancelling",
  "cancelled",
  "nothing_to_pay",
  "refunded",
  "in_review",
  "not_released",
  "unavailable",
] as const;
export type PayState = (typeof PAY_STATES)[number];

/** How the page was come to: `returned` = from the bank. A hint of the address or of this browser, never a fact about money. */
export type Visit = { returned: boolean };

export type PayPage = {
  state: PayState;
  /** What is asked for now, by the live link where there is one; 0 when nothing is. */
  askedMinor: bigint;
  /** What is left for later: the total less what is required and what is asked. */
  laterMinor: bigint;
  /** What went back to the customer, or is no longer reserved. */
  returnedMinor: bigint;
  /** The attempt that this page is about; null before the first. */
  attempt: PayAttempt | null;
  /** Present exactly when the customer may pay now. `live`: pressing leads to a link that is there already. */
  pay: { services: PayService[]; chosen: PayService; live: boolean; whole: Whole | null } | null;
  /** Nobody but the seller can make the next link: the customer may ask them for it. */
  mayAsk: boolean;
  testMode: boolean;
};

/** The choice between what the order asks for and all of it; `chosen` is what pressing Pay leads to by itself. */
export type Whole = { depositMinor: bigint; wholeMinor: bigint; chosen: "deposit" | "whole" };

/** A provider's answer so young that asking again would say the same. */
const ASKED_FRESH_MS = 20_000;

/** The page of an order as its facts have it now. Pure; the rule for the screen and for pressing Pay alike. */
export function payPage(facts: PayFacts, visit: Visit, now: Date): PayPage {
  const { order, attempts } = facts;
  const missingMinor = missingOf(order.requiredMinor, order.securedMinor);
  const live = attempts.find((attempt) => isLive(attempt.state)) ?? null;
  const state = stateOf(facts, live, missingMinor, visit, now);
  const attempt = speaksFor(state, facts, live);
  const way = MAY_PAY.has(state) ? wayToPay(facts, live) : null;
  const pay = way && { ...way, whole: choiceOfSum(facts, way, live, missingMinor) };
  const askedMinor =
    live && state !== "paid" && state !== "held" ? live.amountMinor : order.releasedAt ? missingMinor : 0n;
  const settledMinor = larger(order.requiredMinor, order.securedMinor + askedMinor);
  return {
    state: state === "ready" && !pay ? "unavailable" : state,
    askedMinor: order.cancelledAt || order.cancelRequestedAt ? 0n : askedMinor,
    laterMinor: larger(order.totalMinor - settledMinor, 0n),
    returnedMinor: attempts.reduce((sum, each) => sum + wentBack(each), 0n),
    attempt,
    pay,
    mayAsk: pay === null && MAY_ASK_SELLER.has(state === "ready" ? "unavailable" : state),
    testMode: (attempt ?? pay?.chosen)?.mode === "test",
  };
}

/** In every other state the button is not there, and a press that comes all the same is refused. */
const MAY_PAY: ReadonlySet<PayState> = new Set([
  "ready",
  "replaced",
  "not_yet",
  "partly_paid",
  "failed",
  "not_prepared",
  "expired",
]);

/** Where the seller can help by making a link. */
const MAY_ASK_SELLER: ReadonlySet<PayState> = new Set([
  "partly_paid",
  "failed",
  "not_prepared",
  "expired",
  "link_cancelled",
  "unavailable",
]);

function stateOf(
  { order, attempts }: PayFacts,
  live: PayAttempt | null,
  missingMinor: bigint,
  visit: Visit,
  now: Date,
): PayState {
  // What went back whole is told as that, also when finance still wonders who did it.
  const inReview = attempts.filter((attempt) => attempt.needsReview && attempt.state !== "refunded");
  const moneyInReview = inReview.some(({ facts }) => everHadMoney(facts));
  if (order.cancelledAt) return moneyInReview ? "in_review" : "cancelled";
  // Until each provider has confirmed its part, it may still come to nothing.
  if (order.cancelRequestedAt) return moneyInReview ? "in_review" : "cancelling";
  if (!order.releasedAt) return moneyInReview ? "in_review" : "not_released";
  if (inReview.length > 0) return "in_review";
  if (order.requiredMinor === 0n) return "nothing_to_pay";
  if (missingMinor === 0n && !(live && asksForTheBalance(live, attempts, order)))
    return order.heldMinor > 0n ? "held" : "paid";
  if (live) return stateOfLive(live, attempts, order.securedMinor, visit, now);
  const [newest] = attempts;
  return newest ? stateOfEnded(newest, order.securedMinor) : "ready";
}

/**
 * What is required is there, and the seller has asked for the rest since. A link from before the money came is not that: the
 * customer paid through an older one, and must not be led to pay twice.
 */
function asksForTheBalance(live: PayAttempt, attempts: readonly PayAttempt[], order: PayFacts["order"]): boolean {
  const paidAt = attempts.reduce((last, { moneyAt }) => Math.max(last, moneyAt?.getTime() ?? 0), 0);
  return live.createdAt.getTime() > paidAt && order.securedMinor + live.amountMinor <= order.totalMinor;
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function stateOfLive(
  live: PayAttempt,
  attempts: readonly PayAttempt[],
  securedMinor: bigint,
  visit: Visit,
  now: Date,
): PayState {
  if (live.state === "processing") return "processing";
  if (live.state === "creating" || live.url === null || live.unsettled) return "preparing";
  // Its time is over, and nobody has told us how it ended.
  if (live.expiresAt && live.expiresAt <= now) return "checking";
  if (visit.returned) return askedLately(live, now) ? "not_yet" : "checking";
  if (securedMinor > 0n) return "partly_paid";
  const before = attempts.find((attempt) => attempt.attempt < live.attempt);
  return before?.stoppedBy === "seller" ? "replaced" : "ready";
}

export const askedLately = ({ checkedAt }: Pick<PayAttempt, "checkedAt">, now: Date): boolean =>
  checkedAt !== null && now.getTime() - checkedAt.getTime() < ASKED_FRESH_MS;

function stateOfEnded(newest: PayAttempt, securedMinor: bigint): PayState {
  switch (newest.state) {
    case "refunded":
    case "partially_refunded":
      return "refunded";
    case "successful":
    case "withholding":
      return "partly_paid";
    case "expired":
      return "expired";
    case "failed":
      return newest.url === null ? "not_prepared" : "failed";
    case "cancelled":
      if (newest.facts.heldMinor > 0n) return "refunded";
      if (newest.stoppedBy === "seller") return "link_cancelled";
      // The customer chose another service, and making its link was interrupted; or left the bank's page by its own button.
      if (newest.stoppedBy === "customer") return securedMinor > 0n ? "partly_paid" : "ready";
      return "failed";
    case "creating":
    case "pending":
    case "processing":
      return "preparing";
    default:
      return unreachable(newest.state);
  }
}

/** The attempt whose amount, card, moment and reason the page tells. */
function speaksFor(state: PayState, { attempts }: PayFacts, live: PayAttempt | null): PayAttempt | null {
  const withMoney = attempts.find(({ facts }) => everHadMoney(facts)) ?? null;
  if (state === "paid" || state === "held" || state === "refunded") return withMoney;
  if (state === "in_review") return attempts.find((attempt) => attempt.needsReview) ?? null;
  return live ?? attempts[0] ?? null;
}

function wentBack({ facts }: PayAttempt): bigint {
  if (facts.capturedMinor > 0n) return facts.refundedMinor;
  return facts.holdReleased ? facts.heldMinor : 0n;
}

type Way = Omit<NonNullable<PayPage["pay"]>, "whole">;

/** The live link's service is always among them, also when it takes no new links. */
function wayToPay({ order, services, attempts }: PayFacts, live: PayAttempt | null): Way | null {
  // What is recorded by hand is never live.
  if (!live || live.serviceId === null || live.provider === "offline") {
    const usable = isRenewal(attempts) ? services.filter(({ mayRenew }) => mayRenew) : services;
    const chosen = usable.find(({ id }) => id === order.serviceId) ?? usable[0];
    return chosen ? { services: usable, chosen, live: false } : null;
  }
  const { serviceId: id, serviceName: name, serviceLogo: logo, provider, mode, serviceMayPayWhole: mayPayWhole } = live;
  const own = { id, name, logo, provider, mode, mayRenew: false, mayPayWhole };
  const chosen = services.find((service) => service.id === id) ?? own;
  // A link for the rest is the seller's wish: nobody could make the next one in its place.
  if (order.securedMinor >= order.requiredMinor) return { services: [chosen], chosen, live: true };
  return { services: services.includes(chosen) ? services : [chosen, ...services], chosen, live: true };
}

/** A link has ended by itself. One that the customer left for another service or sum has not: its successor is due. */
const isRenewal = ([newest]: readonly PayAttempt[]): boolean => newest !== undefined && newest.stoppedBy !== "customer";

/** Whether the customer may pay everything now instead of what is asked; a link for some other sum leaves no choice. */
function choiceOfSum({ order }: PayFacts, way: Way, live: PayAttempt | null, missingMinor: bigint): Whole | null {
  const wholeMinor = order.totalMinor - order.securedMinor;
  if (!way.chosen.mayPayWhole || missingMinor === 0n || wholeMinor <= missingMinor) return null;
  if (live && live.amountMinor !== missingMinor && live.amountMinor !== wholeMinor) return null;
  return { depositMinor: missingMinor, wholeMinor, chosen: live?.amountMinor === wholeMinor ? "whole" : "deposit" };
}

/** What is on screen changes when this does; times that only pass are left out. */
export function fingerprintOf(page: PayPage, facts: PayFacts): string {
  const { order } = facts;
  return [
    page.state,
    page.attempt?.attempt ?? 0,
    page.attempt?.expiresAt?.getTime() ?? 0,
    page.attempt?.facts.refundedMinor ?? 0,
    page.pay?.services.map(({ id }) => id).join("+") ?? "-",
    page.pay?.whole?.chosen ?? "-",
    page.mayAsk ? (facts.linkAskedAt?.getTime() ?? "ask") : "-",
    order.totalMinor,
    order.requiredMinor,
    order.securedMinor,
    order.heldMinor,
    order.shipped,
  ].join(".");
}
