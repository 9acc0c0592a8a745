import { expect, request } from "@playwright/test";
import {
  app,
  bank,
  bankIsItself,
  booked,
  managePaymentLinks,
  newest,
  orderRow,
  pay,
  releasedOrder,
  sql,
  test,
} from "#e2e/stories/staff";

test.afterEach(bankIsItself);

test("a webhook that never comes is healed by the cron address, which nobody without its secret can use", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  // Until the story says so, the schedule that runs beside it has nothing to ask about this link.
  const askedIn = (time: string) =>
    sql()`update payments set next_sync_at = now() + ${time}::interval where order_id = ${order.id}`;
  await askedIn("1 day");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  await bank("monobank").webhooks({ mode: "lost" });
  await pay(order);
  expect(await booked(order, "captured")).toBe(1);

  const anybody = await request.newContext({ baseURL: app() });
  const path = "/api/cron/manage-payment-links";
  for (const authorization of ["", "Bearer undefined", "Bearer ", "Bearer wrong-wrong-wrong-wrong-wrong-wrong"])
    expect((await anybody.get(path, { headers: { authorization } })).status()).toBe(401);
  await anybody.dispose();
  expect(await orderRow(order)).toMatchObject({ status: "pending_prepayment" });

  // Soon enough for a run, which looks ahead to the next one, and not for the pulse between runs.
  await askedIn("10 minutes");
  const answer = await managePaymentLinks();
  expect(answer.status()).toBe(200);
  const number = expect.any(Number);
  expect(await answer.json()).toMatchObject({ looked: number, moved: number, failed: number });
  await expect.poll(() => orderRow(order)).toMatchObject({ status: "released", accepted: true });
  await expect(page.getByRole("heading", { name: "Shipping is open" })).toBeVisible();
});

for (const provider of ["monobank", "liqpay"] as const)
  test(`${provider}: a webhook delivered ten times to two instances at once is one event and one fact`, async () => {
    const order = await releasedOrder(provider === "monobank" ? "debit" : "liqpay");
    const { id, service_id } = await newest(order);
    await bank(provider).webhooks({ mode: "lost" });
    await pay(order);
    await bank(provider).webhooks({ mode: "normal" });
    const urls = [0, 1].map((instance) => `${app(instance)}/api/webhooks/${service_id}`);
    const sent = await bank(provider).resend({ reference: id, times: 5, parallel: true, urls });
    expect(sent.map((attempt) => (attempt as unknown as { answer: number }).answer)).toEqual(Array(10).fill(200));

    expect(await newest(order)).toMatchObject({ state: "successful", captured_minor: "44985", needs_review: false });
    const inbox =
      await sql()`select delivery_count, state from webhook_inbox where reference = ${id} order by id desc limit 1`;
    expect(inbox).toEqual([{ delivery_count: 10, state: "applied" }]);
    const facts =
      await sql()`select 1 from payment_events where payment_id = ${id} and facts ->> 'capturedMinor' = '44985'`;
    expect(facts).toHaveLength(1);
    const told = await sql()`select kind from order_timeline where order_id = ${order.id} and kind like '%captured'`;
    expect(told).toHaveLength(1);
    expect(await orderRow(order)).toMatchObject({ status: "released", secured_minor: "44985" });
  });
