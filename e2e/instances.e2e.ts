import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { expect } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";
import {
  app,
  as,
  attempts,
  bank,
  bankIsItself,
  booked,
  done,
  fromUs,
  managePaymentLinks,
  newest,
  type Order,
  openOrder,
  paidOrder,
  pay,
  post,
  releasedOrder,
  sql,
  test,
} from "#e2e/stories/staff";
import { banksAreQuiet, due, dustSettles, newsOfOracles, nobodyIsAtWork, taskRuns } from "#e2e/stories/turns";

/** Instances that are killed in the middle of much work, die of what they read, or are asked to stop. */
test.describe.configure({ timeout: 300_000 });
test.afterEach(async () => {
  await bankIsItself();
  await bank("monobank").call("POST", "/switches", { processingMs: 300 });
});

const VICTIM = 1;
const SURVIVOR = 0;
const victim = () => runningStack().apps[VICTIM]?.pid as number;
const isUpAgain = (before: number) =>
  expect.poll(victim, { message: "it is started again", timeout: 60_000, intervals: [50] }).not.toBe(before);
/** A bank that thinks for so long thinks until its fault is taken away. */
const UNTIL_TOLD = 120_000;
const uah = (amountMinor: string) => ({ amount: Number(amountMinor), currency: "UAH" });

const unheard = async (kind: "debit" | "hold" = "debit") => {
  await bank("monobank").webhooks({ mode: "lost" });
  const order = await releasedOrder(kind);
  await pay(order);
  await expect.poll(async () => (await booked(order, "captured")) + (await booked(order, "held"))).toBe(1);
  return order;
};
async function nothingIsWrong(since: Date): Promise<void> {
  await bankIsItself();
  await dustSettles(since);
  expect(await newsOfOracles()).toEqual([]);
}
test.beforeAll(async () => void (await newsOfOracles()));

test("killed in the middle of finalizing ten holds: what is done, unknown and not begun is told apart, and the same press finishes it", async ({
  windowOf,
}) => {
  const since = new Date();
  // One after the other: a bank is not asked for ten links in one breath.
  const orders: Order[] = [];
  while (orders.length < 10) orders.push(await paidOrder("hold"));
  const payments = await Promise.all(orders.map(newest));
  const wish = { holds: payments.map(({ id, held_minor }) => ({ paymentId: id, held: uah(held_minor) })) };
  const heard = async () =>
    (await Promise.all(orders.map(newest))).filter(({ state }) => state === "successful").length;
  const taken = async () =>
    (await Promise.all(orders.map((order) => booked(order, "captured")))).filter(Boolean).length;
  const pid = victim();
  await bank("monobank").call("POST", "/switches", { processingMs: 20 });
  // Three are taken at once; about the others the bank thinks for longer than the process lives.
  const thinking = await Promise.all(
    payments
      .slice(3)
      .map(({ id }) => bank("monobank").fault({ operation: "finalize", mode: "slow", ms: UNTIL_TOLD, reference: id })),
  );
  const atBank = async () => (await Promise.all(thinking.map((fault) => bank("monobank").met(fault)))).filter(Boolean);
  const pressing = post("finance", "/holds/finalize", wish, VICTIM).catch(() => null);
  await expect.poll(heard, { timeout: 30_000 }).toBe(3);
  const atOnce = 4;
  await expect.poll(async () => (await atBank()).length).toBe(atOnce);
  await bank("monobank").webhooks({ mode: "lost" });
  process.kill(pid, "SIGKILL");
  expect(await pressing, "nobody hears from the dead").toBeNull();
  await bank("monobank").noFaults();
  await expect.poll(taken, { message: "the bank did what it was asked" }).toBe(3 + atOnce);
  // Nobody takes over before the story has looked.
  const ids = payments.map(({ id }) => id);
  await sql()`update provider_operations set locked_until = now() + interval '1 hour' where finished_at is null
    and payment_id = any(${ids})`;

  const calls = await sql()`select payment_id, state from provider_operations where kind = 'finalize'
    and payment_id = any(${ids})`;
  const unknown = calls
    .filter(({ state }) => state === "sent" || state === "planned")
    .map(({ payment_id }) => payment_id);
  const begun = new Set(calls.map(({ payment_id }) => payment_id));
  const untouched = payments.filter(({ id }) => !begun.has(id));
  expect(unknown, "those whose answer was lost").toHaveLength(atOnce);
  expect(untouched, "those whose turn had not come").toHaveLength(10 - 3 - atOnce);
  const page = await windowOf("finance");
  await page.goto("/holds");
  const row = (id: string) => {
    const order = orders[payments.findIndex((payment) => payment.id === id)];
    return page.getByRole("row", { name: new RegExp(order?.number ?? "") });
  };
  await expect(row(unknown[0])).toContainText("Finalizing");
  await expect(row(untouched[0]?.id).getByRole("checkbox")).toBeEnabled();

  const again = await (await post("finance", "/holds/finalize", wish, SURVIVOR)).json();
  const results = new Map<string, string>(
    again.rows.map(({ paymentId, result }: { paymentId: string; result: string }) => [paymentId, result]),
  );
  for (const id of unknown) expect(["pending", "taken"]).toContain(results.get(id));
  for (const { id } of untouched) expect(["pending", "taken"]).toContain(results.get(id));
  for (let run = 0; run < 2; run++) await taskRuns(SURVIVOR, ...orders);
  for (const order of orders) {
    expect(await newest(order)).toMatchObject({ state: "successful", captured_minor: "44985" });
    expect(await booked(order, "captured")).toBe(1);
  }
  await isUpAgain(pid);
  await nothingIsWrong(since);
});

test("a payment whose answer kills the process is put to a person after the third death; the one beside it is asked", async () => {
  const [poison, innocent] = [await unheard(), await unheard()];
  const { id } = await newest(poison);
  const ids = [poison.id, innocent.id];
  await sql()`update payments set next_sync_at = now() + interval '1 day' where next_sync_at is not null and order_id <> all(${ids})`;
  // It is about the question; the statement would tell of the same money.
  await bank("monobank").fault({ operation: "statement", mode: "503" });
  // The other instance would take over at once.
  await banksAreQuiet();
  await nobodyIsAtWork();
  await sql()`delete from work_in_hand`;
  const other = runningStack().apps[SURVIVOR]?.pid as number;
  process.kill(other, "SIGSTOP");
  try {
    for (let death = 1; death <= 3; death++) {
      const pid = victim();
      await bank("monobank").kill({ pid, operation: "status", when: "after", reference: id });
      await due(poison, innocent);
      await expect(managePaymentLinks(VICTIM), `death ${death}`).rejects.toThrow();
      await isUpAgain(pid);
    }
    expect(await newest(innocent)).toMatchObject({ state: "successful" });
    const pid = victim();
    await bank("monobank").kill({ pid, operation: "status", when: "after", reference: id });
    await due(poison, innocent);
    expect((await managePaymentLinks(VICTIM)).status()).toBe(200);
    expect(victim()).toBe(pid);
  } finally {
    process.kill(other, "SIGCONT");
  }
  const tasks = await sql()`select cause, details ->> 'code' as code from review_tasks where payment_id = ${id}`;
  expect([...tasks]).toEqual([{ cause: "outcome_unknown", code: "work_interrupted" }]);
  await bankIsItself();
  await done("sales", `/payments/${id}/sync`);
  expect(await newest(poison)).toMatchObject({ state: "successful", needs_review: false });
  expect(await sql()`select 1 from review_tasks where payment_id = ${id} and closed_at is null`).toHaveLength(0);
});

/**
 * Sends as a proxy does: over connections that are kept, to an instance for as long as that says it is ready. What is refused
 * has not been sent, and goes to the survivor.
 */
function proxy() {
  const kept = new Agent({ keepAlive: true });
  let over = false;
  let isReady = true;
  const asking = (async () => {
    while (isReady && !over) {
      await new Promise((wake) => setTimeout(wake, 100));
      isReady = await fetch(`${app(VICTIM)}/api/ready`, { headers: { connection: "close" } }).then(
        ({ ok }) => ok,
        () => false,
      );
    }
  })();
  const send = (path: string, headers: Record<string, string>, body: string | null): Promise<Answer> => {
    const to = (instance: number): Promise<Answer> =>
      new Promise((answered, failed) => {
        const method = body === null ? "GET" : "POST";
        const answer = (response: IncomingMessage) => {
          response.resume();
          response.on("error", failed);
          response.on("end", () => answered({ status: response.statusCode ?? 0, by: instance }));
        };
        const asked = httpRequest(`${app(instance)}${path}`, { method, headers, agent: kept }, answer);
        asked.on("error", (fault: NodeJS.ErrnoException) =>
          fault.code === "ECONNREFUSED" && instance === VICTIM ? answered(to(SURVIVOR)) : failed(fault),
        );
        asked.end(body ?? undefined);
      });
    return to(isReady ? VICTIM : SURVIVOR);
  };
  const close = async () => {
    over = true;
    await asking;
    kept.destroy();
  };
  return { send, close, isReady: () => isReady };
}
type Answer = { status: number; by: number };

test("asked to stop under load: what was begun is answered, nobody hears anything but 2xx and 503, nothing is lost", async () => {
  const since = new Date();
  const orders = await Promise.all(Array.from({ length: 24 }, () => openOrder("debit")));
  const { cookies } = await (await as("sales", VICTIM)).storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const { send, close, isReady } = proxy();
  const release = ({ id }: Order) => {
    const headers = { ...fromUs(), cookie, "idempotency-key": crypto.randomUUID() };
    return send(`/api/v1/orders/${id}/release`, headers, "{}");
  };
  const looked: Answer[] = [];
  let over = false;
  const look = async () => {
    while (!over) looked.push(await send("/api/v1/orders?limit=1", { cookie }, null));
  };
  const thinking = await bank("monobank").fault({ operation: "create", mode: "slow", ms: UNTIL_TOLD });
  const pid = victim();
  const looking = [look(), look(), look()];
  const first = orders.slice(0, 12).map(release);
  await expect.poll(() => bank("monobank").met(thinking), { message: "all are at the bank", intervals: [50] }).toBe(12);
  const lookedBefore = looked.length;
  process.kill(pid, "SIGTERM");
  // Half of the others come before it is known that it leaves, half afterwards.
  const rest = orders.slice(12, 18).map(release);
  await expect.poll(isReady, { message: "it says that it leaves", intervals: [20] }).toBe(false);
  rest.push(...orders.slice(18).map(release));
  await bank("monobank").noFaults();
  const released = await Promise.all([...first, ...rest]);
  // Where it has not ended by then, it never will by itself.
  await expect.poll(() => isRunning(pid), { message: "it has ended", timeout: 30_000, intervals: [20] }).toBe(false);
  await isUpAgain(pid);
  await expect.poll(() => looked.length, { timeout: 30_000 }).toBeGreaterThan(lookedBefore + 12);
  over = true;
  await Promise.all(looking);
  await close();

  const fine = ({ status }: Answer) => (status >= 200 && status < 300) || status === 503;
  expect([...released, ...looked].filter((answer) => !fine(answer))).toEqual([]);
  expect(released.slice(0, 12), "what it was given before, it answers itself").toEqual(
    Array(12).fill({ status: 200, by: VICTIM }),
  );
  expect(released.slice(18).map(({ by }) => by)).toEqual(Array(6).fill(SURVIVOR));
  for (let run = 0; run < 2; run++) await taskRuns(SURVIVOR, ...orders);
  await banksAreQuiet();
  for (const order of orders) {
    expect((await attempts(order)).map(({ state }) => state)).toEqual(["pending"]);
    expect((await booked(order, "link_created")) - (await booked(order, "removed"))).toBe(1);
  }
  await nothingIsWrong(since);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
