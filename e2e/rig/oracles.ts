import postgres from "postgres";
import type { Bank } from "#e2e/rig/bank";
import { callsWereIntended, moneyAgrees, onePayableLink, webhooksWereKept } from "#e2e/rig/bank-oracles";
import {
  amountsAreInOrder,
  goodsLeftThroughTheGate,
  moneyByHandHasItsPaper,
  nothingIsForgotten,
  ordersAreTheirPayments,
  stateIsItsFacts,
} from "#e2e/rig/book-oracles";
import { askedAbout, type BankState, readEvents, readPayments } from "#e2e/rig/oracle-rows";

/**
 * What must hold after every test, looked at from outside: the database as its owner, and the banks' own ledgers. The
 * numbers (O2 …) are those of `quality.md`, section 3.
 */
export type Watched = { ownerUrl: string; banks: Record<string, Bank> };

/** How much there was to judge: a run in which nothing moved proves nothing. */
export type Verdict = { wrong: string[]; orders: number; payments: number; movements: number; shipments: number };

/** A webhook is tried three times, for up to ten seconds each. */
const PATIENCE_MS = 45_000;

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
      // Time passes: whatever waits for its turn is due now, in front what was never asked about or not for the longest time.
      await sql`update payments set next_sync_at = coalesce(checked_at, timestamptz '2000-01-01'), locked_until = null
                where next_sync_at is not null and greatest(created_at, updated_at) >= ${since}`;
      await sql`update provider_operations set next_attempt_at = now(), locked_until = null
                where state in ('planned', 'sent', 'unknown')`;
      await sql`update webhook_inbox set next_attempt_at = now() where state in ('received', 'unmatched')`;
      await sql`update work_in_hand set taken_at = taken_at - interval '5 minutes'`;
      await run();
      const [now] = await sql<{ picture: string; busy: boolean }[]>`
        select (select count(*) from payment_events) || '/' || (select coalesce(string_agg(id || state, ','), '') from
          (select id, state from provider_operations order by id) o) || '/' ||
          (select count(*) from webhook_inbox where state = 'received') as picture,
          exists (select from work_in_hand where taken_at > now() - interval '1 minute') as busy`;
      // Another instance may be at it by itself.
      if (now?.picture === before && !now.busy) return;
      before = now?.picture ?? "";
    }
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** Waits until a bank has nothing under way: no payment being processed, no webhook on the road. */
export async function quiet(bank: Bank): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { pending, settling } = await bank.call<{ pending: number; settling: number }>("GET", "/busy");
    if (pending + settling === 0) return;
    if (Date.now() > until) throw new Error("The bank does not come to rest.");
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

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
