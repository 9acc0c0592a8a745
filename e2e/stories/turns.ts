import { expect } from "@playwright/test";
import { oracles, quiet, settle, type Watched } from "#e2e/rig/oracles";
import { runningStack } from "#e2e/rig/running-stack";
import { bank, longDead, managePaymentLinks, type Order, sql } from "#e2e/stories/staff";

/** Whose turn it is: stories let time pass for their own orders, and go on when nobody is at work on them any more. */

const idsOf = (orders: readonly Order[]) => orders.map(({ id }) => id);

/** What the banks do by themselves is done, and what they tell has been answered. */
export async function banksAreQuiet(): Promise<void> {
  for (const provider of ["monobank", "liqpay"]) await quiet(bank(provider));
}

/**
 * Time passes for these orders: whatever of them waits for its turn is due, and whoever held it is long dead. Payments are
 * due within a minute, so that they are the task's: what the instances do between its runs comes too early for them.
 */
export async function due(...orders: Order[]): Promise<void> {
  const ids = idsOf(orders);
  await sql()`update provider_operations set next_attempt_at = now(), locked_until = null
    where order_id = any(${ids}) and state in ('planned', 'sent', 'unknown')`;
  await sql()`update payments set next_sync_at = now() + interval '1 minute', locked_until = null
    where order_id = any(${ids}) and next_sync_at is not null`;
  await sql()`update webhook_inbox set next_attempt_at = now() where state in ('received', 'unmatched')
    and reference in (select id from payments where order_id = any(${ids}))`;
  await longDead();
}

/** Nobody alive has a call or a payment in hand: of these orders, or of any. What is held for longer is held by the dead. */
export async function nobodyIsAtWork(...orders: Order[]): Promise<void> {
  const ids = orders.length > 0 ? idsOf(orders) : null;
  const inHand = async () =>
    (
      await sql()`select o.id from provider_operations o
        where o.locked_until between now() and now() + interval '1 minute'
          and (${ids}::text[] is null or o.order_id = any(${ids}))
      union all select w.id from work_in_hand w where w.taken_at > now() - interval '1 minute' and (${ids}::text[] is null
        or exists (select from payments p where p.id = w.id and p.order_id = any(${ids}))
        or exists (select from provider_operations o where o.id = w.id and o.order_id = any(${ids})))`
    ).map(({ id }) => id);
  await expect.poll(inHand, { message: "nobody is at work on it", timeout: 60_000 }).toEqual([]);
}

/** One run of the task at an instance, for which these orders are due. An instance may be quicker: then it is waited for. */
export async function taskRuns(instance: number, ...orders: Order[]): Promise<void> {
  await banksAreQuiet();
  await due(...orders);
  expect((await managePaymentLinks(instance)).status()).toBe(200);
  await nobodyIsAtWork(...orders);
}

const watched = (): Watched => ({
  ownerUrl: runningStack().ownerUrl,
  banks: { monobank: bank("monobank"), liqpay: bank("liqpay") },
});

/** Every fault is over, and what is due is done. @param since what was settled before is left alone */
export const dustSettles = (since: Date): Promise<void> =>
  settle(
    watched(),
    async () => {
      expect((await managePaymentLinks()).status()).toBe(200);
      await nobodyIsAtWork();
    },
    since,
  );

const told = new Set<string>();
/** What the oracles complain of for the first time. Asked before a story begins, they tell what others have left under way. */
export async function newsOfOracles(): Promise<string[]> {
  await banksAreQuiet();
  const { wrong } = await oracles(watched());
  const news = wrong.filter((line) => !told.has(line));
  for (const line of news) told.add(line);
  return news;
}
