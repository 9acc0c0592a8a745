import type postgres from "postgres";
import { type EventRow, fold, type PaymentRow, type Say, text } from "#e2e/rig/oracle-rows";
import { LIVE_STATES, mostSeenMinor, type PaymentState, paymentState, securedMinor } from "#lib/domain/payment";

// What our own books must say, whatever happened.

/** O10, and the part of O8 that says: the last thing the audit log tells of a payment is what it is. */
export function stateIsItsFacts(payments: readonly PaymentRow[], events: Map<string, EventRow[]>, say: Say): void {
  for (const payment of payments) {
    const folded = fold(events.get(payment.id) ?? []);
    if (text(folded) !== text(payment.facts))
      say("O10", `${payment.id} stores ${text(payment.facts)}, its events say ${text(folded)}`);
    if (payment.state !== paymentState(folded))
      say("O10", `${payment.id} is ${payment.state}, its events say ${paymentState(folded)}`);
    if (payment.state !== "creating" && payment.last_audited !== payment.state)
      say("O8", `${payment.id} is ${payment.state}, the audit log ends at ${payment.last_audited}`);
  }
}

/** O9. */
export function nothingIsForgotten(payments: readonly PaymentRow[], say: Say): void {
  const moving: readonly PaymentState[] = [...LIVE_STATES, "withholding"];
  for (const payment of payments)
    if (
      moving.includes(payment.state) &&
      !payment.next_sync_at &&
      payment.live_operations === 0 &&
      !payment.needs_review
    )
      say("O9", `${payment.id} is ${payment.state} and nobody will ever look at it again`);
}

/** O4; a contradiction is allowed where a person has been told of it. */
export async function amountsAreInOrder(sql: postgres.Sql, payments: readonly PaymentRow[], say: Say): Promise<void> {
  for (const { id, facts, amount, review_reasons } of payments) {
    if (review_reasons.length > 0) continue;
    if (facts.refundedMinor > facts.capturedMinor) say("O4", `${id} gave back more than was taken`);
    if (mostSeenMinor(facts) > amount) say("O4", `${id} has more than was asked for`);
    if (facts.heldMinor > 0n && facts.capturedMinor > facts.heldMinor) say("O4", `${id} took more than was held`);
  }
  const foreign =
    await sql`select p.id from payments p join sales_orders o on o.id = p.order_id where o.currency <> p.currency`;
  for (const { id } of foreign) say("O4", `${id} is in another currency than its order`);
}

/** O2 in our own books, and the order's stored summary: what lists, filters and buttons go by. */
export async function ordersAreTheirPayments(
  sql: postgres.Sql,
  payments: readonly PaymentRow[],
  say: Say,
): Promise<void> {
  const orders = await sql`
    select o.id, o.status, o.secured_minor, o.held_minor, o.needs_review, o.shipped, o.invoiced, o.required_minor,
      o.prepayment_kind, o.released_at, o.cancelled_at, o.payment_state,
      exists (select 1 from allocations a where o.id in (a.from_order_id, a.to_order_id)) as shares,
      (select coalesce(array_agg(coalesce(d.done, 0) || '/' || l.quantity_milli order by l.position), '{}') from order_lines l
        left join lateral (select sum(s.quantity_milli) as done from shipment_lines s where s.line_id = l.id) d on true
        where l.order_id = o.id) as shipped_lines,
      (select coalesce(array_agg(coalesce(d.done, 0) || '/' || l.quantity_milli order by l.position), '{}') from order_lines l
        left join lateral (select sum(s.quantity_milli) as done from invoice_lines s where s.line_id = l.id) d on true
        where l.order_id = o.id) as invoiced_lines
    from sales_orders o`;
  const byOrder = Map.groupBy(payments, ({ order_id }) => order_id);
  for (const order of orders) {
    const mine = (byOrder.get(order.id) ?? []).filter(({ deleted }) => !deleted);
    const live = mine.filter(({ state }) => (LIVE_STATES as readonly PaymentState[]).includes(state));
    if (live.length > 1) say("O2", `${order.id} has ${live.length} live payments`);
    if (!order.shares) {
      const secured = mine.reduce((sum, { facts }) => sum + securedMinor(facts), 0n);
      if (secured !== BigInt(order.secured_minor))
        say("O10", `${order.id} says ${order.secured_minor} is secured, its payments say ${secured}`);
      const review = mine.some(({ needs_review }) => needs_review);
      if (review !== order.needs_review) say("O10", `${order.id} does not know that its payment is under review`);
      const status = order.cancelled_at
        ? "cancelled"
        : !order.released_at
          ? "open"
          : order.prepayment_kind === "none" || (!review && secured >= BigInt(order.required_minor))
            ? "released"
            : "pending_prepayment";
      if (status !== order.status) say("O10", `${order.id} says ${order.status}, its payments say ${status}`);
    }
    for (const [column, lines] of [
      ["shipped", order.shipped_lines],
      ["invoiced", order.invoiced_lines],
    ] as const) {
      const pairs = (lines as string[]).map((pair) => pair.split("/").map(Number) as [number, number]);
      const done = pairs.every(([part]) => part === 0)
        ? "none"
        : pairs.every(([part, whole]) => part >= whole)
          ? "fully"
          : "partly";
      if (done !== order[column])
        say("O10", `${order.id} says it is ${column} ${order[column]}, its lines say ${done}`);
    }
  }
}

/**
 * O3 where there is no bank to ask: money that was recorded by hand is as much as its paper says, on the same order, and
 * whoever had to approve it was another person.
 */
export async function moneyByHandHasItsPaper(sql: postgres.Sql, say: Say): Promise<void> {
  const loose = await sql`
    select p.id from payments p left join offline_receipts r on r.payment_id = p.id and r.order_id = p.order_id
      and r.amount_minor = p.captured_minor and r.currency = p.currency and r.refused_at is null
      and (not r.needs_approval or r.approved_by <> r.recorded_by)
    where p.provider = 'offline' and r.id is null`;
  for (const { id } of loose) say("O3", `${id} was recorded by hand, and no paper says so much of it`);
}

/**
 * O5: what was known when goods left (or were invoiced) sufficed. News that came in the same moment may stand on either
 * side of the shipment; then an alarm says so.
 */
export async function goodsLeftThroughTheGate(
  sql: postgres.Sql,
  payments: readonly PaymentRow[],
  events: Map<string, EventRow[]>,
  say: Say,
): Promise<number> {
  const documents = await sql`
    select d.id, d.order_id, d.created_at, o.required_minor, o.released_at, a.alarm,
      (select coalesce(sum(cap_minor), 0) from waivers w where w.order_id = o.id and w.approved_at <= d.created_at
        and w.ends_at > d.created_at and (w.revoked_at is null or w.revoked_at >= d.created_at)) as waived,
      (select coalesce(sum(case when to_order_id = o.id then amount_minor else -amount_minor end), 0) from allocations
        where o.id in (from_order_id, to_order_id) and created_at <= d.created_at) as attached
    from (select id, order_id, created_at from shipments union all select id, order_id, created_at from invoices) d
    join sales_orders o on o.id = d.order_id
    cross join lateral (select exists (select 1 from alarms where order_id = o.id) as alarm) a`;
  const byOrder = Map.groupBy(payments, ({ order_id }) => order_id);
  for (const document of documents) {
    // Instants are kept in whole milliseconds, rounded.
    const at = (document.created_at as Date).getTime() + 2;
    const known = (byOrder.get(document.order_id) ?? []).map((payment) => {
      const before = (events.get(payment.id) ?? []).filter(({ received_at }) => received_at.getTime() <= at);
      const facts = fold(before);
      const usable = payment.hold_expires_at
        ? payment.hold_expires_at.getTime() - payment.hold_margin_hours * 3_600_000 > at - 4
        : false;
      const counts = facts.capturedMinor > 0n || facts.holdReleased || usable;
      return { covered: counts ? securedMinor(facts) : 0n, review: before.some(({ effect }) => effect === "review") };
    });
    const covered = known.reduce((sum, payment) => sum + payment.covered, 0n);
    const enough =
      covered + BigInt(document.waived) + BigInt(document.attached) >= BigInt(document.required_minor) &&
      !known.some(({ review }) => review);
    if (!document.released_at) say("O5", `${document.id} left an order that is not released`);
    if (!enough && !document.alarm)
      say("O5", `${document.id} left with ${covered} of ${document.required_minor} there, and no alarm`);
  }
  return documents.length;
}
