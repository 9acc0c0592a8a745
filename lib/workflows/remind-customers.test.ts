import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { MailServer } from "#e2e/emulators/mail-server";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { eventually, openShop, type Row, type Shop } from "#e2e/stories/shop";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { cancelOrder } from "./cancel-order.ts";
import { remindCustomers } from "./remind-customers.ts";
import { sendDueMessages } from "./send-message.ts";
import type { World } from "./world.ts";

const server = new MailServer();
let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  process.env.SMTP_URL = await server.start();
  process.env.MAIL_FROM = "mail@holdpoint.example";
  at = await startWorkflowWorld();
  shop = openShop(at);
  await at.monobank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
});
afterAll(async () => {
  await at?.stop();
  await server.stop();
});
beforeEach(() => {
  server.mails.length = 0;
});
afterEach(async () => {
  await at.owner`update payments set state = 'expired', ended = 'expired' where state = 'pending'`;
  await at.owner`update company set reminders = '{}'`;
  await at.owner`update customers set zone = null`;
});

const clock = (moment: string): World => ({ ...at.world, now: () => new Date(moment) });
const reminders = (id: OrderId): Promise<Row[]> =>
  at.owner`select * from messages where order_id = ${id} and kind = 'reminder' order by created_at, id`;

/**
 * A link that was sent on Friday at noon in Kyiv and lives until Monday, 14:00; in a year that no machine has reached, because
 * the database's own clock says when a message that was put off is due.
 */
async function sentOnFriday(expiresAt = "2037-11-23T12:00:00Z") {
  const made = await shop.released(at.services.debit);
  await sendDueMessages(at.world);
  await at.owner`update messages set sent_at = '2037-11-20T10:00:00Z' where order_id = ${made.orderId}`;
  await at.owner`update payments set expires_at = ${expiresAt} where id = ${made.paymentId}`;
  server.mails.length = 0;
  return made;
}
/** As every minute on two instances. */
async function minute(moment: string) {
  const world = clock(moment);
  await Promise.all([remindCustomers(world), remindCustomers(world)]);
  await Promise.all([sendDueMessages(world), sendDueMessages(world)]);
}
const subjects = () => server.mails.map(({ mail }) => mail.subject);

test("a day after sending and three hours before the end, each once, however many instances look", async () => {
  const { orderId } = await sentOnFriday();
  await minute("2037-11-21T09:59:00Z");
  expect(server.mails).toEqual([]);
  await minute("2037-11-21T10:00:00Z");
  await minute("2037-11-21T10:01:00Z");
  expect(server.mails).toHaveLength(1);
  const { number } = await shop.order(orderId);
  expect(subjects()).toEqual([`Замовлення ${number} чекає на оплату`]);
  await minute("2037-11-23T09:00:00Z");
  await minute("2037-11-23T09:30:00Z");
  expect(server.mails).toHaveLength(2);
  await minute("2037-11-23T11:59:00Z");
  await minute("2037-11-23T12:01:00Z");
  expect(server.mails).toHaveLength(2);
  expect(
    (await reminders(orderId)).map(({ state, dedupe_key }) => [state, dedupe_key.split(":").slice(2).join(":")]),
  ).toEqual([
    ["sent", "sent:24"],
    ["sent", "expiry:3"],
  ]);
});

test("whoever has paid, or whose order was cancelled, hears nothing more, even if it was queued already", async () => {
  const paid = await sentOnFriday();
  const cancelled = await sentOnFriday();
  await remindCustomers(clock("2037-11-21T10:00:00Z"));
  await shop.pay(paid.paymentId);
  await eventually(
    () => shop.payment(paid.paymentId),
    ({ state }) => state === "successful",
    "paid",
  );
  expect((await cancelOrder(at.world, at.sales, cancelled.orderId, { reason: "x" })).ok).toBe(true);
  await sendDueMessages(clock("2037-11-21T10:01:00Z"));
  expect(await reminders(paid.orderId)).toMatchObject([{ state: "dropped", error: "paid_meanwhile" }]);
  expect((await reminders(cancelled.orderId)).map(({ state }) => state)).toEqual(["dropped"]);
  expect(subjects().some((subject) => subject?.includes("чекає"))).toBe(false);
  server.mails.length = 0;
  await minute("2037-11-23T09:00:00Z");
  expect(server.mails).toEqual([]);
});

test("nobody is woken: at night a reminder waits for the morning of the customer's own zone", async () => {
  const { orderId, paymentId } = await sentOnFriday();
  await handedOver(paymentId, "2037-11-20T21:30:00Z");
  // 23:30 in Kyiv.
  await minute("2037-11-21T21:30:00Z");
  expect(await reminders(orderId)).toEqual([]);
  await minute("2037-11-22T06:59:00Z");
  expect(await reminders(orderId)).toEqual([]);
  await minute("2037-11-22T07:00:00Z");
  expect(server.mails).toHaveLength(1);

  const american = await sentOnFriday();
  await handedOver(american.paymentId, "2037-11-20T21:30:00Z");
  await at.owner`update customers set zone = 'America/New_York' where id = ${at.customer}`;
  await minute("2037-11-21T21:30:00Z");
  expect((await reminders(american.orderId)).map(({ state }) => state)).toEqual(["sent"]);
});
const handedOver = (id: PaymentId, moment: string) =>
  at.owner`update messages set sent_at = ${moment} where payment_id = ${id} and kind = 'payment_request'`;

test("one that was queued in the evening and is taken up at night is put off until the morning", async () => {
  const { orderId } = await sentOnFriday();
  await remindCustomers(clock("2037-11-21T10:00:00Z"));
  await sendDueMessages(clock("2037-11-21T23:00:00Z"));
  const [waiting] = await reminders(orderId);
  expect(waiting).toMatchObject({ state: "queued", attempts: 0 });
  expect(waiting?.next_attempt_at).toEqual(new Date("2037-11-22T07:00:00Z"));
  expect(server.mails).toEqual([]);
});

test("a link that nobody was given reminds nobody of itself; a company without steps reminds nobody at all", async () => {
  const { orderId } = await sentOnFriday();
  await at.owner`update messages set state = 'refused', sent_at = null where order_id = ${orderId}`;
  await minute("2037-11-21T10:00:00Z");
  expect(await reminders(orderId)).toEqual([]);
  const other = await sentOnFriday();
  await at.owner`update company set reminders = '{"steps": []}'`;
  await minute("2037-11-21T10:00:00Z");
  expect(await reminders(other.orderId)).toEqual([]);
  expect(server.mails).toEqual([]);
});
