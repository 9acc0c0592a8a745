import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { expect } from "@playwright/test";
import { checkOracles, settle } from "#e2e/rig/oracles";
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
  longDead,
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

/** Instances that are killed in the middle of much work, die of what they read, or are asked to stop. */
test.describe.configure({ timeout: 120_000 });
test.afterEach(async () => {
  await bankIsItself();
  await bank("monobank").call("POST", "/switches", { processingMs: 300 });
});

const VICTIM = 1;
const SURVIVOR = 0;
const victim = () => runningStack().apps[VICTIM]?.pid as number;
const isUpAgain = (before: number) =>
  expect.poll(victim, { message: "it is started again", timeout: 60_000, intervals: [50] }).not.toBe(before);
const uah = (amountMinor: string) => ({ amount: Number(amountMinor), currency: "UAH" });

/** Everything of these orders that waits for its turn is due, and nothing else is. */
async function due(...orders: Order[]): Promise<void> {
  const ids = orders.map(({ id }) => id);
  await sql()`update payments set next_sync_at = now() + interval '1 day' where next_sync_at is not null and order_id <> all(${ids})`;
  await sql()`update payments set next_sync_at = now(), locked_until = null where next_sync_at is not null and order_id = any(${ids})`;
  await sql()`update provider_operations set next_attempt_at = now(), locked_until = null
    where state in ('planned', 'sent', 'unknown') and order_id = any(${ids})`;
  await longDead();
}
const unheard = async (kind: "debit" | "hold" = "debit") => {
  await bank("monobank").webhooks({ mode: "lost" });
  const order = await releasedOrder(kind);
  await pay(order);
  await expect.poll(async () => (await booked(order, "captured")) + (await booked(order, "held"))).toBe(1);
  return order;
};
async function nothingIsWrong(since: Date): Promise<void> {
  const watched = { ownerUrl: runningStack().ownerUrl, banks: { monobank: bank("monobank"), liqpay: bank("liqpay") } };
  await bankIsItself();
  await settle(watched, () => managePaymentLinks(SURVIVOR), since);
  await checkOracles(watched);
}

test("killed in the middle of finalizing ten holds: what is done, unknown and not begun is told apart, and the same press finishes it", async ({
  windowOf,
}) => {
  const since = new Date();
  const orders = await Promise.all(Array.from({ length: 10 }, () => paidOrder("hold")));
  const payments = await Promise.all(orders.map(newest));
  const wish = { holds: payments.map(({ id, held_minor }) => ({ paymentId: id, held: uah(held_minor) })) };
  const heard = async () =>
    (await Promise.all(orders.map(newest))).filter(({ state }) => state === "successful").length;
  const injected = async () => (await bank("monobank").call<{ injected: number }>("GET", "/state")).injected;
  const before = await injected();
  const pid = victim();
  const taken = async () =>
    (await Promise.all(orders.map((order) => booked(order, "captured")))).filter(Boolean).length;
  await bank("monobank").call("POST", "/switches", { processingMs: 20 });
  // Three are taken at once; the bank thinks about the others for longer than the process lives.
  for (const { id } of payments.slice(3))
    await bank("monobank").fault({ operation: "finalize", mode: "slow", ms: 8_000, reference: id });
  const pressing = post("finance", "/holds/finalize", wish, VICTIM).catch(() => null);
  await expect.poll(heard, { intervals: [20], timeout: 20_000 }).toBe(3);
  const atOnce = 4;
  await expect.poll(async () => (await injected()) - before, { intervals: [20] }).toBe(atOnce);
  await bank("monobank").webhooks({ mode: "lost" });
  process.kill(pid, "SIGKILL");
  expect(await pressing, "nobody hears from the dead").toBeNull();
  await expect.poll(taken, { message: "the bank did what it was asked" }).toBe(3 + atOnce);
  await bank("monobank").noFaults();

  const calls = await sql()`select payment_id, state from provider_operations where kind = 'finalize'
    and payment_id = any(${payments.map(({ id }) => id)})`;
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
  for (let run = 0; run < 2; run++) {
    await due(...orders);
    expect((await managePaymentLinks(SURVIVOR)).status()).toBe(200);
  }
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
  await sql()`delete from work_in_hand`;
  // It is about the question; the statement would tell of the same money.
  await bank("monobank").fault({ operation: "statement", mode: "503" });
  // The other instance would take over at once.
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
const kept = new Agent({ keepAlive: true, maxSockets: 8 });
let isReady = true;
let byVictim = 0;
async function askIfReady(): Promise<void> {
  while (isReady) {
    await new Promise((wake) => setTimeout(wake, 100));
    isReady = await fetch(`${app(VICTIM)}/api/ready`, { headers: { connection: "close" } }).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
function throughProxy(path: string, headers: Record<string, string>, body: string | null): Promise<number> {
  const to = (instance: number): Promise<number> =>
    new Promise((answered, failed) => {
      const method = body === null ? "GET" : "POST";
      const answer = (response: IncomingMessage) => {
        response.resume();
        response.on("error", failed);
        response.on("end", () => {
          if (instance === VICTIM) byVictim++;
          answered(response.statusCode ?? 0);
        });
      };
      const asked = httpRequest(`${app(instance)}${path}`, { method, headers, agent: kept }, answer);
      asked.on("error", (fault: NodeJS.ErrnoException) =>
        fault.code === "ECONNREFUSED" && instance === VICTIM ? answered(to(SURVIVOR)) : failed(fault),
      );
      asked.end(body ?? undefined);
    });
  return to(isReady ? VICTIM : SURVIVOR);
}

test("asked to stop under load: what was begun is answered, nobody hears anything but 2xx and 503, nothing is lost", async () => {
  const since = new Date();
  const orders = await Promise.all(Array.from({ length: 24 }, () => openOrder("debit")));
  const { cookies } = await (await as("sales", VICTIM)).storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const answers: number[] = [];
  const release = async ({ id }: Order) => {
    const headers = { ...fromUs(), cookie, "idempotency-key": crypto.randomUUID() };
    answers.push(await throughProxy(`/api/v1/orders/${id}/release`, headers, "{}"));
  };
  let over = false;
  const look = async () => {
    while (!over) answers.push(await throughProxy("/api/v1/orders?limit=1", { cookie }, null));
  };
  await bank("monobank").fault({ operation: "create", mode: "slow", ms: 700 });
  const pid = victim();
  const asking = askIfReady();
  const looking = [look(), look(), look()];
  const first = orders.slice(0, 12).map(release);
  await new Promise((wake) => setTimeout(wake, 300));
  const asked = performance.now();
  process.kill(pid, "SIGTERM");
  const rest = orders.slice(12).map(async (order, n) => {
    await new Promise((wake) => setTimeout(wake, n * 100));
    await release(order);
  });
  await Promise.all([...first, ...rest]);
  await expect.poll(() => isRunning(pid), { message: "it has ended", timeout: 40_000, intervals: [20] }).toBe(false);
  expect(performance.now() - asked).toBeLessThan(30_000);
  await isUpAgain(pid);
  over = true;
  await Promise.all([...looking, asking]);

  const strange = answers.filter((status) => !(status >= 200 && status < 300) && status !== 503);
  expect(strange).toEqual([]);
  expect(answers.length).toBeGreaterThan(40);
  // What it was given before it said that it leaves, it has answered.
  expect(byVictim).toBeGreaterThanOrEqual(first.length);
  await bank("monobank").noFaults();
  for (let run = 0; run < 2; run++) {
    await due(...orders);
    await managePaymentLinks(SURVIVOR);
  }
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
