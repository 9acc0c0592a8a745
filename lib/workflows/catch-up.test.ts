import { afterAll, beforeAll, expect, test } from "vitest";
import { oldestDueWork } from "#db/queries/job-page";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { openShop, type Shop } from "#e2e/stories/shop";
import type { PaymentId } from "#lib/domain/ids";
import { syncLag } from "#lib/reads/sync-lag";
import { managePaymentLinks } from "./manage-payment-links.ts";

let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  await at.monobank.call("POST", "/switches", { processingMs: 1 });
});
afterAll(() => at?.stop());

/** A run takes so many payments at a time; one without any time left takes them once. */
const BATCH = 20;
const DUE = BATCH + 5;
const DAY = 86_400_000;

test("after three days of silence the oldest are asked first, as many as a run has time for, and the next runs catch up", async () => {
  await at.monobank.webhooks({ mode: "lost" });
  const payments: PaymentId[] = [];
  for (let n = 0; n < DUE; n++) payments.push((await shop.paidQuietly(at.services.debit)).paymentId);
  // The oldest is the last in the alphabet: neither id nor birth may decide.
  for (const [n, id] of payments.entries())
    await at.owner`update payments set locked_until = null,
      next_sync_at = now() - interval '3 days' + make_interval(mins => ${(DUE - n) * 90}) where id = ${id}`;
  const oldestFirst = payments.toReversed();
  const heard = async () => {
    const rows = await at.owner`select id from payments where state = 'successful'`;
    return oldestFirst.map((id) => rows.some((row) => row.id === id));
  };
  expect(Math.round(((await syncLag()) ?? 0) / DAY)).toBe(3);

  for (let run = 1; run <= 2; run++) {
    const answer = await managePaymentLinks(at.world, { startedBy: "tests", deadlineMs: 0 });
    const asked = Math.min(DUE, run * BATCH);
    expect(await heard()).toEqual(oldestFirst.map((_, place) => place < asked));
    expect(answer).toMatchObject({ failed: 0, left: DUE - asked });
  }
  const oldest = await oldestDueWork(at.world.db);
  expect(oldest === null || oldest.getTime() > Date.now()).toBe(true);
  await shop.check();
});
