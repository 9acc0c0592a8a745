import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "#db/client";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { openShop, type Shop } from "#e2e/stories/shop";
import { approvalsPage, approvalsQuery } from "#lib/contracts/approvals";
import { offlineListPage, offlineListQuery } from "#lib/contracts/offline";
import { orderView } from "#lib/contracts/orders";
import { waiverListPage, waiverListQuery } from "#lib/contracts/waivers";
import type { OrderId, PaymentId, WaiverId } from "#lib/domain/ids";
import { recordOffline } from "#lib/workflows/record-offline";
import { approveWaiver, requestWaiver, revokeWaiver } from "#lib/workflows/waive-prepayment";
import { readApprovals } from "./approvals.ts";
import { readOfflineList } from "./offline.ts";
import { readOrder } from "./orders.ts";
import { readPayment, readPaymentList } from "./payments.ts";
import type { Viewer } from "./viewer.ts";
import { readWaiverList } from "./waivers.ts";

let at: WorkflowWorld;
let shop: Shop;
const orders = {} as Record<"asked" | "live" | "over" | "waits" | "counted", OrderId>;
let finance: Viewer;
let sales: Viewer;

beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  finance = { id: at.finance.id, name: at.finance.name, email: "", role: "finance", language: "en" };
  sales = { id: at.sales.id, name: at.sales.name, email: "", role: "sales", language: "en" };
  const waived = async (): Promise<[OrderId, WaiverId]> => {
    const { orderId } = await shop.released(at.services.debit);
    const endsAt = new Date(Date.now() + 3_600_000);
    const input = { capMinor: 44_985n, currency: "UAH", reason: "A customer of ten years", endsAt };
    const asked = await requestWaiver(at.world, at.sales, orderId, input);
    if (!asked.ok) throw new Error(JSON.stringify(asked.error));
    return [orderId, asked.value.waiverId];
  };
  orders.asked = (await waived())[0];
  const [live, liveWaiver] = await waived();
  await approveWaiver(at.world, at.finance, liveWaiver);
  const [over, overWaiver] = await waived();
  await revokeWaiver(at.world, at.finance, overWaiver);
  Object.assign(orders, { live, over });
  const paper = { kind: "cash", currency: "UAH", receivedOn: "2026-01-02", note: null, attachmentId: null } as const;
  orders.waits = await shop.openOrder(at.services.debit);
  await recordOffline(at.world, at.finance, orders.waits, { ...paper, reference: "K-1", amountMinor: 5_000_001n });
  orders.counted = await shop.openOrder(at.services.debit);
  await recordOffline(at.world, at.finance, orders.counted, { ...paper, reference: "K-2", amountMinor: 5_000_000n });
});
afterAll(async () => {
  await closeDatabase();
  await at?.stop();
});

test("waivers are told by their state: asked for, in force, over; all of them by pages, each once", async () => {
  for (const state of ["asked", "live", "over"] as const) {
    const page = waiverListPage.parse(await readWaiverList(waiverListQuery.parse({ state }), finance));
    expect(page.rows.map((row) => [row.orderId, row.state])).toEqual([[orders[state], state]]);
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await readWaiverList(waiverListQuery.parse({ limit: 1, cursor }), finance);
    seen.push(...page.rows.map(({ orderId }) => orderId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual([orders.over, orders.live, orders.asked]);
});

test("the screen has what waits in one view, and counts it", async () => {
  const view = async (view: string) =>
    approvalsPage.parse(await readApprovals(approvalsQuery.parse({ view }), finance));
  const waiting = await view("waiting");
  expect(waiting.waiting).toBe(2);
  expect(waiting.waivers.map(({ orderId }) => orderId)).toEqual([orders.asked]);
  expect(waiting.receipts.map(({ orderId }) => orderId)).toEqual([orders.waits]);
  expect((await view("live")).waivers.map(({ orderId }) => orderId)).toEqual([orders.live]);
  expect((await view("over")).waivers.map(({ orderId }) => orderId)).toEqual([orders.over]);
  expect((await view("offline")).receipts.map(({ orderId }) => orderId)).toEqual([orders.counted, orders.waits]);
});

test("each person is told what they may do about it, by the same rule that decides", async () => {
  const [forSales] = (await readWaiverList(waiverListQuery.parse({ state: "asked" }), sales)).rows;
  expect(forSales?.actions.approve?.code).toBe("NOT_PERMITTED");
  expect(forSales?.actions.revoke).toBeNull();
  const [forFinance] = (await readWaiverList(waiverListQuery.parse({ state: "asked" }), finance)).rows;
  expect(forFinance?.actions.approve).toBeNull();
  const [waits] = (await readOfflineList(offlineListQuery.parse({ state: "waiting" }), finance)).rows;
  expect(waits?.actions.approve?.code).toBe("FOUR_EYES");
  expect(waits?.actions.refuse).toBeNull();
});

test("the order says what waits and what stands in for money, and its gate follows", async () => {
  const read = async (id: OrderId) => orderView.parse(await readOrder(id, sales));
  const asked = await read(orders.asked);
  expect(asked.gate.ship.map(({ code }) => code)).toEqual(["AWAITING_PAYMENT", "PENDING_APPROVAL"]);
  expect(asked.actions.waive?.code).toBe("PENDING_APPROVAL");
  const live = await read(orders.live);
  expect(live.gate.ship).toEqual([]);
  expect(live.waivers).toMatchObject([{ state: "live", approvedByName: at.finance.name }]);
  expect(live.gateOpenUntil).toBe(live.waivers[0]?.endsAt);
  expect((await read(orders.over)).waivers).toEqual([]);
  expect((await read(orders.waits)).waitingReceipts).toMatchObject([{ reference: "K-1", state: "waiting" }]);
});

test("recorded money is a transaction like any other, and says how it came", async () => {
  const list = offlineListPage.parse(await readOfflineList(offlineListQuery.parse({ state: "counted" }), finance));
  const id = list.rows[0]?.paymentId as PaymentId;
  const page = await readPayment(id, finance);
  expect(page).toMatchObject({
    provider: "offline",
    serviceId: null,
    checkedAt: null,
    offline: { kind: "cash", reference: "K-2", recordedByName: at.finance.name },
    actions: { refund: null, sync: { code: "OFFLINE_PAYMENT" } },
  });
  const { rows } = await readPaymentList({ provider: "offline", limit: 10, sort: "-createdAt" }, finance);
  expect(rows).toMatchObject([{ id, offline: "cash", serviceName: "" }]);
});
