import type postgres from "postgres";
import { learn, type MoneyFacts, NO_FACTS, type PaymentState } from "#lib/domain/payment";

/** What the oracles look at: our books as the database's owner sees them, and what a bank's control port tells. */
export type BankPayment = {
  id: string;
  reference: string;
  status: string;
  settling: boolean;
  validUntil?: string;
  expiresMs?: number;
};
export type BankState = {
  now: string;
  webhooks: { pending: number; sent: { answer: number | null; url: string }[] };
  payments: BankPayment[];
};
export type PaymentRow = {
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
export type EventRow = { payment_id: string; facts: Partial<MoneyFacts>; effect: string; received_at: Date };
export type Say = (oracle: string, sentence: string) => void;
export async function readPayments(sql: postgres.Sql): Promise<PaymentRow[]> {
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

export async function readEvents(sql: postgres.Sql): Promise<EventRow[]> {
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
export async function askedAbout(sql: postgres.Sql): Promise<Set<string>> {
  const rows = await sql<{ reference: string }[]>`
    select distinct i.reference from review_tasks t join webhook_inbox i on i.id = t.inbox_id where i.reference is not null`;
  return new Set(rows.map(({ reference }) => reference));
}

export const fold = (events: readonly EventRow[]): MoneyFacts =>
  events.reduce((known, { facts }) => learn(known, facts), NO_FACTS);
export const text = (facts: MoneyFacts): string =>
  JSON.stringify(facts, (_name, value) => (typeof value === "bigint" ? value.toString() : value));
