import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { cancelPayment } from "./cancel-payment.ts";
import { createOrder } from "./create-order.ts";
import { releaseOrder } from "./release-order.ts";
import { shareLink } from "./share-link.ts";

let at: WorkflowWorld;
beforeAll(async () => {
  at = await startWorkflowWorld();
});
afterAll(() => at?.stop());

async function released(): Promise<{ orderId: OrderId; paymentId: PaymentId }> {
  const created = await createOrder(at.world, at.sales, {
    customerId: at.customer,
    paymentServiceId: at.services.debit,
    prepayment: { kind: "none" },
    lines: [
      {
        description: "Перфоратор",
        unitPrice: { amount: 74_975, currency: "UAH" },
        quantity: "1",
        discountPercent: "0",
        vatPercent: "20",
      },
    ],
  } as never);
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  const { orderId } = created.value;
  expect(await releaseOrder(at.world, at.sales, orderId, {})).toMatchObject({ ok: true });
  const [payment] = await at.owner`select id from payments where order_id = ${orderId}`;
  return { orderId, paymentId: payment?.id };
}
const told = (orderId: OrderId) =>
  at.owner`select params, actor_name, source from order_timeline where order_id = ${orderId} and kind = 'link.shared' order by id`;
const queued = (orderId: OrderId) =>
  at.owner`select channel, kind, recipient, language, params, dedupe_key from messages
    where order_id = ${orderId} and dedupe_key like 'share:%' order by created_at`;
const mail = (more: object = {}) => ({ channel: "email" as const, ...more });

test("an e-mail goes to the customer's own address, once however quickly it is pressed, and is written down", async () => {
  const { orderId, paymentId } = await released();
  const pressed = await Promise.all(
    Array.from({ length: 6 }, () => shareLink(at.world, at.sales, paymentId, mail({ text: "Прошу сплатити" }))),
  );
  expect(pressed.every(({ ok }) => ok)).toBe(true);
  const [customer] = await at.owner`select email from customers where id = ${at.customer}`;
  const rows = await queued(orderId);
  expect(rows).toMatchObject([
    { channel: "email", kind: "payment_request", recipient: customer?.email, params: { text: "Прошу сплатити" } },
  ]);
  expect(await told(orderId)).toMatchObject([
    {
      params: { channel: "email", recipient: customer?.email, attempt: 1, message: rows[0]?.dedupe_key },
      actor_name: at.sales.name,
      source: "person",
    },
  ]);
  const audits = await at.owner`select actor_id, body::jsonb as body from audit_log
    where action = 'payment.share' and entity_id = ${paymentId}`;
  expect(audits).toMatchObject([
    { actor_id: at.sales.id, body: { after: { channel: "email", recipient: customer?.email } } },
  ]);
});

test("other words, another address, and the same again later are other wishes", async () => {
  const { orderId, paymentId } = await released();
  const send = (more: object) => shareLink(at.world, at.sales, paymentId, mail(more));
  await send({ text: "one" });
  await send({ text: "two" });
  await send({ text: "one", recipient: "boss@romashka.example", language: "en" });
  expect(await queued(orderId)).toHaveLength(3);
  await at.owner`update messages set created_at = created_at - interval '31 seconds' where order_id = ${orderId}`;
  await send({ text: "one" });
  expect(await queued(orderId)).toHaveLength(4);
  expect((await queued(orderId)).map(({ recipient, language }) => [recipient, language])).toContainEqual([
    "boss@romashka.example",
    "en",
  ]);
});

test("handing it over by hand is noted and sends nothing", async () => {
  const { orderId, paymentId } = await released();
  for (const channel of ["copy", "viber", "telegram", "whatsapp", "sms_app", "qr_print"] as const)
    expect(await shareLink(at.world, at.sales, paymentId, { channel, recipient: null })).toMatchObject({ ok: true });
  expect(await queued(orderId)).toEqual([]);
  expect((await told(orderId)).map(({ params }) => params.channel)).toEqual([
    "copy",
    "viber",
    "telegram",
    "whatsapp",
    "sms_app",
    "qr_print",
  ]);
});

test("a customer without an address is asked for one; a dead link is refused and nothing is sent", async () => {
  const { orderId, paymentId } = await released();
  await at.owner`update customers set phone = null where id = ${at.customer}`;
  expect(await shareLink(at.world, at.sales, paymentId, { channel: "sms" })).toEqual({
    ok: false,
    error: { kind: "invalid", errors: [{ field: "recipient", code: "required" }] },
  });
  expect(await cancelPayment(at.world, at.sales, paymentId, {})).toMatchObject({ ok: true });
  expect(await shareLink(at.world, at.sales, paymentId, mail())).toMatchObject({
    ok: false,
    error: { kind: "blocked", blocker: { code: "NOT_LIVE", fixes: ["new_link"] } },
  });
  expect(await queued(orderId)).toEqual([]);
  expect(await told(orderId)).toEqual([]);
});
