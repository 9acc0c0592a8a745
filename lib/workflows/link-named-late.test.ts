import { expect, test } from "vitest";
import { eventually } from "#e2e/stories/shop";
import { at, openForTrouble, settle, shop } from "#e2e/stories/trouble";
import { releaseOrder } from "#lib/workflows/release-order";

openForTrouble();

test("an invoice that the bank names while the next one is being made is removed: one link is left to pay", async () => {
  const orderId = await shop.openOrder(await shop.service("monobank"));
  await at.monobank.webhooks({ mode: "delay" });
  await at.monobank.fault({ operation: "create", mode: "commit_then_drop", times: 1 });
  await releaseOrder(at.world, at.sales, orderId, {});
  const { id } = await shop.last(orderId);

  const thinking = await at.monobank.fault({ operation: "create", mode: "slow", ms: 60_000, reference: id });
  await shop.timePasses();
  const running = shop.run();
  await eventually(
    () => at.monobank.met(thinking),
    (calls) => calls === 1,
    "the link is made again",
  );
  await at.monobank.webhooks({ mode: "normal" });
  await at.monobank.call("POST", "/webhooks/flush");
  await at.monobank.noFaults();
  await running;

  await settle();
  expect([await shop.booked(id, "link_created"), await shop.booked(id, "removed")]).toEqual([2, 1]);
  await shop.pay(id);
  await settle();
  expect(await shop.payment(id)).toMatchObject({ state: "successful", captured_minor: "44985", needs_review: false });
});
