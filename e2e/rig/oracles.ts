import postgres from "postgres";
import type { Bank, LedgerLine } from "#e2e/rig/bank";
import {
  LIVE_STATES,
  learn,
  type MoneyFacts,
  mostSeenMinor,
  NO_FACTS,
  type PaymentState,
  paymentState,
  securedMinor,
} from "#lib/domain/payment";

/**
 * What must hold after every test, looked at from outside: the database as its owner, and the banks' own ledgers. The
 * numbers (O2 …) are those of `quality.md`, section 3.
 */
export type Watched = { ownerUrl: string; banks: Record<string, Bank> };

/** How much there was to judge: a run in which nothing moved proves nothing. */
export type Verdict = { wrong: string[]; orders: number; payments: number; movements: number; shipments: number };

/** Throws a sentence for each thing that is not so. */
export async function checkOracles(watched: Watched): Promise<Verdict> {
  const verdict = await oracles(watched);
  if (verdict.wrong.length > 0)
    throw new Error(`This is not so:\n${verdict.wrong.map((line) => `  - ${line}`).join("\n")}`);
  return verdict;
}

/**
 * Lets the dust settle: no more faults, every held webhook sent, and what is due asked for until nothing moves. Only then
 * can the bank and we be expected to agree. `run` is one run of Manage Payment Links.
 * @param since only payments that were made or have moved since; the others were settled before
 */
export async function settle(
  { ownerUrl, banks }: Watched,
  run: () => Promise<unknown>,
  since = new Date(0),
): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    for (const bank of Object.values(banks)) {
      await bank.noFaults();
      await bank.webhooks({ mode: "normal" });
      await bank.call("POST", "/webhooks/flush");
    }
    let before = "";
    for (let round = 0; round < 8; round++) {
      for (const bank of Object.values(banks)) await quiet(bank);
      // Time passes: whatever waits for its turn is due now.
      await sql`update payments set next_sync_at = now(), locked_until = null
                where next_sync_at is not null and greatest(created_at, updated_at) >= ${since}`;
      await sql`update provider_operations set next_attempt_at = now(), locked_until = null
                where state in ('planned', 'sent', 'unknown')`;
      await sql`update webhook_inbox set next_attempt_at = now() where state in ('received', 'unmatched')`;
      await run();
      const [now] = await sql<{ picture: string }[]>`
        select (select count(*) from payment_events) || '/' || (select coalesce(string_agg(id || state, ','), '') from
          (select id, state from provider_operations order by id) o) || '/' ||
          (select count(*) from webhook_inbox where state = 'received') as picture`;
      if (now?.picture === before) return;
      before = now?.picture ?? "";
    }
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Waits until a bank has nothing under way: no payment being processed, no webhook on the road. */
export async function quiet(bank: Bank): Promise<void> {
  for (let time = 0; time < 750; time++) {
    const { pending, settling } = await bank.call<{ pending: number; settling: number }>("GET", "/busy");
    if (pending + settling === 0) return;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error("The bank does not come to rest.");
}

type BankPayment = {
  id: string;
  reference: string;
  status: string;
  settling: boolean;
  validUntil?: string;
  expiresMs?: number;
};
type BankState = {
  now: string;
  webhooks: { pending: number; sent: { answer: number | null; url: string }[] };
  payments: BankPayment[];
};
type PaymentRow = {
  id: string;
  order_id: string;
  service_id: string;
  provider: string;
  state: PaymentState;
  currency: string;
  amount: bigint;
  needs_review: boolean;
  review_reasons: string[];
  provider_payment_id: string | null;
  withdrawn: boolean;
  deleted: boolean;
  next_sync_at: Date | null;
  hold_expires_at: Date | null;
  hold_margin_hours: number;
  live_operations: number;
  last_audited: PaymentState | null;
  facts: MoneyFacts;
};
type EventRow = { payment_id: string; facts: Partial<MoneyFacts>; effect: string; received_at: Date };

export async function oracles({ ownerUrl, banks }: Watched): Promise<Verdict> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  const wrong: string[] = [];
  const say = (oracle: string, sentence: string) => void wrong.push(`${oracle}: ${sentence}`);
  try {
    const payments = await readPayments(sql);
    const byId = new Map(payments.map((row) => [row.id, row]));
    const events = Map.groupBy(await readEvents(sql), ({ payment_id }) => payment_id);

    stateIsItsFacts(payments, events, say);
    nothingIsForgotten(payments, say);
    await amountsAreInOrder(sql, payments, say);
    await ordersAreTheirPayments(sql, payments, say);
    await moneyByHandHasItsPaper(sql, say);
    const shipments = await goodsLeftThroughTheGate(sql, payments, events, say);
    let movements = 0;
    const asked = await askedAbout(sql);
    for (const [provider, bank] of Object.entries(banks)) {
      const state = await bank.call<BankState>("GET", "/state");
      const ledger = await bank.ledger();
      movements += moneyAgrees(provider, ledger, state, payments, byId, events, asked, say);
      onePayableLink(provider, state, byId, say);
      await callsWereIntended(sql, provider, ledger, byId, say);
      await webhooksWereKept(sql, provider, state, say);
    }
    const [chain] = await sql<{ broken: string | null }[]>`select audit_first_broken()::text as broken`;
    if (chain?.broken) say("O8", `the audit chain breaks at row ${chain.broken}`);
    const [count] = await sql<{ n: number }[]>`select count(*)::int as n from sales_orders`;
    return { wrong, orders: count?.n ?? 0, payments: payments.length, movements, shipments };
  } finally {
    await sql.end({ timeout: 2 });
  }
}

type Say = (oracle: string, sentence: string) => void;

async function readPayments(sql: postgres.Sql): Promise<PaymentRow[]> {
  const rows = await sql`
    select p.*, p.deleted_at is not null as deleted,
      (select count(*)::int from provider_operations o where o.payment_id = p.id and o.state in ('planned', 'sent', 'unknown')) as live_operations,
      (select body::jsonb -> 'after' ->> 'state' from audit_log a
        where a.entity = 'payment' and a.entity_id = p.id and a.action = 'payment.state' order by seq desc limit 1) as last_audited
    from payments p order by p.id`;
  return rows.map((row) => ({
    ...(row as unknown as PaymentRow),
    amount: BigInt(row.amount_minor),
    facts: {
      progress: row.progress,
      heldMinor: BigInt(row.held_minor),
      capturedMinor: BigInt(row.captured_minor),
      refundedMinor: BigInt(row.refunded_minor),
      holdReleased: row.hold_released,
      ended: row.ended,
      withdrawn: row.withdrawn,
    },
  }));
}

async function readEvents(sql: postgres.Sql): Promise<EventRow[]> {
  const rows = await sql`select payment_id, facts, effect, received_at from payment_events order by id`;
  return rows.map((row) => {
    const facts = row.facts as Record<string, string | boolean | null>;
    const amounts = ["heldMinor", "capturedMinor", "refundedMinor"] as const;
    return {
      ...(row as unknown as EventRow),
      facts: {
        ...(facts as Partial<MoneyFacts>),
        ...Object.fromEntries(
          amounts.filter((name) => name in facts).map((name) => [name, BigInt(String(facts[name]))]),
        ),
      },
    };
  });
}

/** References of which a bank has told us, that no payment has, and that a person was asked about. */
async function askedAbout(sql: postgres.Sql): Promise<Set<string>> {
  const rows = await sql<{ reference: string }[]>`
    select distinct i.reference from review_tasks t join webhook_inbox i on i.id = t.inbox_id where i.reference is not null`;
  return new Set(rows.map(({ reference }) => reference));
}

const fold = (events: readonly EventRow[]): MoneyFacts =>
  events.reduce((known, { facts }) => learn(known, facts), NO_FACTS);
const text = (facts: MoneyFacts): string =>
  JSON.stringify(facts, (_name, value) => (typeof value === "bigint" ? value.toString() : value));

/** O10, and the part of O8 that says: the last thing the audit log tells of a payment is what it is. */
function stateIsItsFacts(payments: readonly PaymentRow[], events: Map<string, EventRow[]>, say: Say): void {
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
function nothingIsForgotten(payments: readonly PaymentRow[], say: Say): void {
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
async function amountsAreInOrder(sql: postgres.Sql, payments: readonly PaymentRow[], say: Say): Promise<void> {
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
async function ordersAreTheirPayments(sql: postgres.Sql, payments: readonly PaymentRow[], say: Say): Promise<void> {
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
async function moneyByHandHasItsPaper(sql: postgres.Sql, say: Say): Promise<void> {
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
async function goodsLeftThroughTheGate(
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

/** Money of one invoice at the bank, by the bank's own book. */
type Booked = { held: bigint[]; captured: bigint[]; refunded: bigint[]; released: bigint };

/**
 * O3, both ways: everything the bank moved is in our events once, and everything in our events the bank moved. Where they
 * differ, a person has been told.
 */
function moneyAgrees(
  provider: string,
  ledger: readonly LedgerLine[],
  state: BankState,
  payments: readonly PaymentRow[],
  byId: Map<string, PaymentRow>,
  events: Map<string, EventRow[]>,
  asked: ReadonlySet<string>,
  say: Say,
): number {
  const invoices = new Map<string, Map<string, Booked>>();
  let movements = 0;
  for (const line of ledger) {
    if (!["held", "captured", "refunded", "released"].includes(line.kind)) continue;
    movements++;
    const ofReference = invoices.get(line.reference) ?? new Map<string, Booked>();
    invoices.set(line.reference, ofReference);
    const booked = ofReference.get(line.providerId) ?? { held: [], captured: [], refunded: [], released: 0n };
    ofReference.set(line.providerId, booked);
    const amount = BigInt(line.amountMinor);
    if (line.kind === "released") booked.released += amount;
    else booked[line.kind as "held" | "captured" | "refunded"].push(amount);
    // Money of another program at our account: nobody's payment here, and the review desk has it.
    if (!byId.has(line.reference) && !asked.has(line.reference))
      say("O3", `${provider} moved ${amount} for ${line.reference}, which nobody here knows`);
  }

  for (const payment of payments.filter((row) => row.provider === provider)) {
    const booked = [...(invoices.get(payment.id)?.values() ?? [])];
    const told = payment.review_reasons.length > 0;
    if (booked.length > 1) {
      if (!told) say("O3", `${payment.id} was paid on ${booked.length} invoices at ${provider}, and nobody was told`);
      continue;
    }
    const bank = booked[0] ?? { held: [], captured: [], refunded: [], released: 0n };
    const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
    // The payer's bank drops a LiqPay hold without a word; LiqPay itself still shows it.
    const silent = state.payments.some((row) => row.reference === payment.id && row.status === "hold_wait");
    const theirs = {
      heldMinor: sum(bank.held),
      capturedMinor: sum(bank.captured),
      refundedMinor: sum(bank.refunded),
      holdReleased: bank.released > 0n && bank.captured.length === 0 && !silent,
    };
    const { heldMinor, capturedMinor, refundedMinor, holdReleased } = payment.facts;
    const ours = { heldMinor, capturedMinor, refundedMinor, holdReleased: holdReleased && heldMinor > 0n };
    if (text(ours as MoneyFacts) !== text(theirs as MoneyFacts) && !told)
      say("O3", `${payment.id}: ${provider} says ${text(theirs as MoneyFacts)}, we say ${text(ours as MoneyFacts)}`);

    // Not one event tells of a sum the bank never reached.
    const reached = (amounts: readonly bigint[]) => amounts.map((_, index) => sum(amounts.slice(0, index + 1)));
    for (const { facts, effect } of events.get(payment.id) ?? [])
      for (const [name, steps] of [
        ["heldMinor", reached(bank.held)],
        ["capturedMinor", reached(bank.captured)],
        ["refundedMinor", reached(bank.refunded)],
      ] as const) {
        const said = facts[name] ?? 0n;
        if (said > 0n && !steps.includes(said) && !told && effect !== "review")
          say(
            "O3",
            `${payment.id}: an event says ${name} ${said}, ${provider} was at ${steps.join(", ") || "nothing"}`,
          );
      }
  }
  return movements;
}

/** A customer could pay now: at monobank a declined link too, until its end. */
const PAYABLE: Record<string, readonly string[]> = {
  monobank: ["created", "failure"],
  liqpay: ["prepared", "try_again", "invoice_wait"],
};

/** O2 in the bank's books: a customer can pay one link of an order at a time. */
function onePayableLink(provider: string, state: BankState, byId: Map<string, PaymentRow>, say: Say): void {
  const now = Date.parse(state.now);
  const payable = state.payments.filter(({ reference, status, validUntil, expiresMs }) => {
    const end = validUntil ? Date.parse(validUntil) : (expiresMs ?? Number.POSITIVE_INFINITY);
    // A LiqPay link cannot be cancelled there: it is withdrawn, shown to nobody and watched to its end.
    return end > now && PAYABLE[provider]?.includes(status) && byId.get(reference)?.withdrawn === false;
  });
  for (const [order, links] of Map.groupBy(payable, ({ reference }) => byId.get(reference)?.order_id))
    if (links.length > 1)
      say(
        "O2",
        `${order} has ${links.length} payable links at ${provider}: ${links.map(({ id, status }) => `${id} ${status}`).join(", ")}`,
      );
}

/** O6: what happened at the bank because of us was intended here first. */
async function callsWereIntended(
  sql: postgres.Sql,
  provider: string,
  ledger: readonly LedgerLine[],
  byId: Map<string, PaymentRow>,
  say: Say,
): Promise<void> {
  const operations = await sql<{ id: string; payment_id: string; kind: string; created_at: Date }[]>`
    select id, payment_id, kind, created_at from provider_operations`;
  const intended = (reference: string, kinds: readonly string[], at: string) =>
    operations.some(
      (row) =>
        row.payment_id === reference && kinds.includes(row.kind) && row.created_at.getTime() <= Date.parse(at) + 1,
    );
  const held = new Set(ledger.filter(({ kind }) => kind === "held").map(({ providerId }) => providerId));
  for (const { kind, reference, providerId, at, extRef } of ledger) {
    if (!byId.has(reference)) continue;
    const kinds =
      kind === "link_created" && provider === "monobank"
        ? ["create_link"]
        : kind === "removed"
          ? ["cancel_link", "create_link"]
          : kind === "captured" && held.has(providerId)
            ? ["finalize"]
            : null;
    if (kinds && !intended(reference, kinds, at))
      say("O6", `${provider} has "${kind}" for ${reference}, and no ${kinds.join(" or ")} was intended before it`);
    if (extRef && !operations.some(({ id }) => id === extRef))
      say("O6", `${provider} has "${kind}" under ${extRef}, which is no operation of ours`);
  }
}

/** O7: what was answered 200 is in the inbox. */
async function webhooksWereKept(sql: postgres.Sql, provider: string, state: BankState, say: Say): Promise<void> {
  const rows = await sql<{ service: string; kept: number }[]>`
    select s.id as service, coalesce(sum(w.delivery_count), 0)::int as kept from payment_services s
    left join webhook_inbox w on w.service_id = s.id where s.provider = ${provider} group by s.id`;
  for (const { service, kept } of rows) {
    const answered = state.webhooks.sent.filter(({ answer, url }) => answer === 200 && url.includes(service)).length;
    if (answered > kept) say("O7", `${provider} was thanked for ${answered} webhooks of ${service}, ${kept} are kept`);
  }
}
