import type postgres from "postgres";
import type { LedgerLine } from "#e2e/rig/bank";
import { type BankState, type EventRow, type PaymentRow, type Say, text } from "#e2e/rig/oracle-rows";
import type { MoneyFacts } from "#lib/domain/payment";

// What our books and a bank's must say alike.

/** Money of one invoice at the bank, by the bank's own book. */
type Booked = { held: bigint[]; captured: bigint[]; refunded: bigint[]; released: bigint };

/**
 * O3, both ways: everything the bank moved is in our events once, and everything in our events the bank moved. Where they
 * differ, a person has been told.
 */
export function moneyAgrees(
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
export function onePayableLink(provider: string, state: BankState, byId: Map<string, PaymentRow>, say: Say): void {
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
export async function callsWereIntended(
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
export async function webhooksWereKept(sql: postgres.Sql, provider: string, state: BankState, say: Say): Promise<void> {
  const rows = await sql<{ service: string; kept: number }[]>`
    select s.id as service, coalesce(sum(w.delivery_count), 0)::int as kept from payment_services s
    left join webhook_inbox w on w.service_id = s.id where s.provider = ${provider} group by s.id`;
  for (const { service, kept } of rows) {
    const answered = state.webhooks.sent.filter(({ answer, url }) => answer === 200 && url.includes(service)).length;
    if (answered > kept) say("O7", `${provider} was thanked for ${answered} webhooks of ${service}, ${kept} are kept`);
  }
}
