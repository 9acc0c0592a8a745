import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Bank } from "#e2e/rig/bank";
import { oracles } from "#e2e/rig/oracles";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { openShop, type Shop, WHOLE } from "#e2e/stories/shop";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Provider } from "#lib/domain/provider";
import { shipOrder } from "#lib/workflows/ship-order";

/** What the stories of banks that misbehave share: a shop of this file's own, the faults, and the verdict after each. */
export let at: WorkflowWorld;
export let shop: Shop;

export const bankOf = (provider: Provider): Bank => (provider === "monobank" ? at.monobank : at.liqpay);
export const ship = (id: OrderId) => shipOrder(at.world, at.sales, id, WHOLE);

let begun = new Date();
/** Every fault is over, and what is due is done. */
export const settle = () => shop.settle(begun);

/** Opens the shop for the stories of a file. After each of them what must hold, holds; what one has broken is told once. */
export function openForTrouble(): void {
  const told = new Set<string>();
  beforeAll(async () => {
    at = await startWorkflowWorld();
    shop = openShop(at);
    for (const bank of [at.monobank, at.liqpay])
      await bank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
  });
  afterAll(() => at?.stop());
  beforeEach(() => {
    begun = new Date(Date.now() - 1_000);
  });
  afterEach(async () => {
    for (const bank of [at.monobank, at.liqpay]) await bank.realTime();
    await at.monobank.call("POST", "/switches", { createdWebhook: true, holdLapseStatus: "reversed" });
    await settle();
    const { wrong } = await oracles(shop.watched);
    const news = wrong.filter((line) => !told.has(line));
    for (const line of news) told.add(line);
    expect(news).toEqual([]);
  });
}

/** The last story of a file: everything that must hold, holds, and so many movements of money were judged. */
export function agreesInTheEnd(movementsAtLeast: number): void {
  test("after all that the banks' ledgers and our books agree", async () => {
    const { movements } = await shop.check();
    expect(movements).toBeGreaterThanOrEqual(movementsAtLeast);
  }, 60_000);
}

export type Mode = { mode: string; more?: Record<string, unknown> };
/** The bank said no, in its own words. */
export const NO: Mode[] = [{ mode: "error", more: { httpStatus: 400, errCode: "err_wrong", errText: "Not today" } }];
/** Nobody can say whether it happened. */
export const SILENCE: Mode[] = [
  { mode: "drop_before_commit" },
  { mode: "commit_then_drop" },
  { mode: "half_body" },
  { mode: "garbage" },
  { mode: "empty" },
  { mode: "html_502" },
  { mode: "503" },
  { mode: "500" },
  { mode: "500", more: { effect: true } },
  { mode: "redirect" },
  { mode: "huge_body", more: { value: 400_000 } },
];
/** It certainly did not happen, and may be tried again. */
export const LATER: Mode[] = [{ mode: "429", more: { retryAfter: 1 } }];
/** Odd, and still a good answer. */
export const ODD: Mode[] = [{ mode: "proto_keys" }, { mode: "extra_fields" }, { mode: "wrong_content_type" }];
export const UNCLEAR = [...SILENCE, ...LATER];
export const name = ({ mode, more }: Mode) => `${mode}${more ? ` ${JSON.stringify(more)}` : ""}`;
export const each = (modes: Mode[]) => modes.map((mode) => [name(mode), mode] as const);
export const once = ({ mode, more }: Mode, reference: PaymentId) => ({ mode, ...more, reference, times: 1 });

/** The same story under each fault, side by side. */
export async function under<T>(modes: Mode[], story: (fault: Mode) => Promise<T>): Promise<[fault: string, made: T][]> {
  const waiting = [...modes];
  const results: [string, T][] = [];
  const walk = async () => {
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      const which = name(fault);
      const made = await story(fault).catch((cause: Error) => {
        throw new Error(`Under ${which}: ${cause.message}`, { cause });
      });
      results.push([which, made]);
    }
  };
  await Promise.all([walk(), walk(), walk(), walk()]);
  return results;
}
