import { afterAll, beforeAll, expect, test } from "vitest";
import { oracles } from "#e2e/rig/oracles";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { openShop, type Shop, WHOLE } from "#e2e/stories/shop";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { finalizeHold } from "#lib/workflows/finalize-hold";
import { recordOffline } from "#lib/workflows/record-offline";
import { shipOrder } from "#lib/workflows/ship-order";

let at: WorkflowWorld;
let shop: Shop;
let order: OrderId;
let payment: PaymentId;
let pending: PaymentId;

beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  ({ orderId: order, paymentId: payment } = await shop.paid(at.services.hold));
  await finalizeHold(at.world, at.finance, payment, { amountMinor: null });
  await shop.settle();
  await shipOrder(at.world, at.sales, order, WHOLE);
  ({ paymentId: pending } = await shop.released(at.services.debit));
  const paper = { kind: "cash", receivedOn: "2026-01-02", reference: "K-1", note: null, attachmentId: null } as const;
  const third = await shop.openOrder(null);
  await recordOffline(at.world, at.finance, third, { ...paper, amountMinor: 100n, currency: "UAH" });
});
afterAll(() => at?.stop());

test("a good run has nothing to complain of, and says how much there was to judge", async () => {
  expect(await shop.check()).toEqual({ wrong: [], orders: 3, payments: 3, movements: 2, shipments: 1 });
});

/** What somebody with the whole database in hand might do, how it is undone, and which oracle must speak. */
const harms: [name: string, oracle: string, harm: () => string[], undo: () => string[]][] = [
  [
    "money that the bank never moved",
    "O3",
    () => [`update payments set captured_minor = captured_minor + 1 where id = '${payment}'`],
    () => [`update payments set captured_minor = captured_minor - 1 where id = '${payment}'`],
  ],
  [
    "a payment that vanished from our books",
    "O3",
    () => [`update payments set id = 'pay_gone' where id = '${payment}'`],
    () => [`update payments set id = '${payment}' where id = 'pay_gone'`],
  ],
  [
    "facts that no event told",
    "O10",
    () => [`update payments set hold_released = true where id = '${pending}'`],
    () => [`update payments set hold_released = false where id = '${pending}'`],
  ],
  [
    "a state that its facts do not say",
    "O10",
    () => [`update payments set state = 'successful' where id = '${pending}'`],
    () => [`update payments set state = 'pending' where id = '${pending}'`],
  ],
  [
    "an event that was removed",
    "O10",
    () => [
      "create table kept as select * from payment_events",
      `delete from payment_events where payment_id = '${payment}' and facts ->> 'capturedMinor' is not null`,
    ],
    () => [
      `delete from payment_events`,
      `insert into payment_events overriding system value select * from kept`,
      "drop table kept",
    ],
  ],
  [
    "an order's summary that its payments do not say",
    "O10",
    () => [`update sales_orders set secured_minor = 0 where id = '${order}'`],
    () => [`update sales_orders set secured_minor = 44985 where id = '${order}'`],
  ],
  [
    "goods that left without their money",
    "O5",
    () => [`update sales_orders set required_minor = 44986 where id = '${order}'`],
    () => [`update sales_orders set required_minor = 44985 where id = '${order}'`],
  ],
  [
    "an open link that nobody will ask about again",
    "O9",
    () => [`update payments set next_sync_at = null where id = '${pending}'`],
    () => [`update payments set next_sync_at = now() + interval '3 minutes' where id = '${pending}'`],
  ],
  [
    "a link at the bank that nobody intended",
    "O6",
    () => [`update provider_operations set kind = 'refund' where payment_id = '${pending}'`],
    () => [`update provider_operations set kind = 'create_link' where payment_id = '${pending}'`],
  ],
  [
    "a webhook that was thanked for and is not there",
    "O7",
    () => ["create table kept as select * from webhook_inbox", "delete from webhook_inbox"],
    () => ["insert into webhook_inbox overriding system value select * from kept", "drop table kept"],
  ],
  [
    "an audit log that tells of another end",
    "O8",
    () => [
      "create table kept as select * from audit_log",
      `delete from audit_log where seq = (select max(seq) from audit_log where entity_id = '${payment}' and action = 'payment.state')`,
    ],
    () => ["delete from audit_log", "insert into audit_log select * from kept", "drop table kept"],
  ],
  [
    "money recorded by hand without its paper",
    "O3",
    () => ["update offline_receipts set amount_minor = 99"],
    () => ["update offline_receipts set amount_minor = 100"],
  ],
  [
    "money recorded by hand with the paper of another order",
    "O3",
    () => [`update offline_receipts set order_id = '${order}'`],
    () => ["update offline_receipts r set order_id = p.order_id from payments p where p.id = r.payment_id"],
  ],
  [
    "more given back than was taken",
    "O4",
    () => [`update payments set refunded_minor = captured_minor + 1 where id = '${payment}'`],
    () => [`update payments set refunded_minor = 0 where id = '${payment}'`],
  ],
];

test.each(harms)("%s is noticed", async (_name, oracle, harm, undo) => {
  const alter = (statements: string[]) =>
    at.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const statement of statements) await tx.unsafe(statement);
    });
  await alter(harm());
  const { wrong } = await oracles(shop.watched);
  await alter(undo());
  expect(wrong.map((line) => line.split(":")[0])).toContain(oracle);
  expect((await oracles(shop.watched)).wrong).toEqual([]);
});

test("a second payable link at the bank is noticed", async () => {
  const created = await fetch(`${process.env.MONOBANK_API_URL}/api/merchant/invoice/create`, {
    method: "POST",
    headers: { "x-token": "test-monobank-token", "content-type": "application/json" },
    body: JSON.stringify({
      amount: 44_985,
      ccy: 980,
      merchantPaymInfo: {
        reference: pending,
        basketOrder: [{ name: "x", qty: 1, sum: 44_985, total: 44_985, code: "x" }],
      },
    }),
  });
  expect(created.status).toBe(200);
  expect((await oracles(shop.watched)).wrong.join()).toContain("O2");
});
