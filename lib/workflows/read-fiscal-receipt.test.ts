import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Shop } from "#e2e/stories/shop";

let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  await at.monobank.call("POST", "/switches", { processingMs: 20, fiscalStepMs: 400 });
});
afterAll(() => at?.stop());

test("the fiscal receipt is followed until it is there, and money never waits for it", async () => {
  const { orderId, paymentId } = await shop.paid(await shop.service("monobank"));
  // Who cannot say anything about receipts still says that it is paid.
  await at.monobank.fault({ operation: "fiscal", mode: "503", reference: paymentId, times: 1 });
  expect(codeOf(await shop.sync(paymentId))).toBe("ok");
  expect(await shop.order(orderId)).toMatchObject({ accepted: true });
  expect((await shop.payment(paymentId)).details.fiscalStatus).toBeUndefined();

  const issued = await eventually(
    async () => {
      await shop.sync(paymentId);
      return (await shop.payment(paymentId)).details;
    },
    ({ fiscalStatus }) => fiscalStatus === "issued",
    "the receipt is issued",
  );
  expect(issued.receiptUrl).toMatch(/^https:\/\/cabinet\.tax\.gov\.ua\//);
  const told = (await shop.events(paymentId)).map(({ provider_status }) => provider_status);
  expect(told.at(-1)).toBe("fiscal receipt: issued");
  // Once it is there nobody asks again, and no money was added by it.
  const before = (await shop.events(paymentId)).length;
  await shop.sync(paymentId);
  expect(await shop.events(paymentId)).toHaveLength(before);
  const after = await shop.payment(paymentId);
  expect(after).toMatchObject({ captured_minor: "44985" });
  // Nor in an hour, as while it was on its way: tomorrow the money itself is looked at again.
  expect(Number(after.next_sync_at) - Date.now()).toBeGreaterThan(20 * 3_600_000);
});
