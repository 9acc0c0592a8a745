import { type APIResponse, expect } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";
import {
  app,
  as,
  attempts,
  bank,
  bankIsItself,
  booked,
  fromUs,
  managePaymentLinks,
  newest,
  type Order,
  openOrder,
  orderRow,
  paidOrder,
  pay,
  releasedOrder,
  sql,
  test,
  uah,
  type Who,
} from "#e2e/stories/staff";
import { due, newsOfOracles, taskRuns } from "#e2e/stories/turns";

/**
 * kill −9 at every place where something becomes lasting. Each flow is played twice and the wire between the instance and
 * its database writes down every commit; then it is played again for each that is in both, and the instance is killed
 * before the commit is passed on, or after it is done and before the instance hears of it; likewise before and after the
 * bank does what it is asked. The other instance serves on. Within two runs of Manage Payment Links the flow has not begun
 * or is through, the same press sent again finishes it, nothing has happened twice, and the oracles hold.
 */
const ALL = process.env.KILL_POINTS === "all";
/** Of each flow, on every push; `npm run test:kill -- --all` takes every point. */
const POINTS_ON_PUSH = 6;
/** Of a point that is not met: the survivor may have been there first. */
const PLAYS = 6;
const VICTIM = 1;
const SURVIVOR = 0;

test.describe.configure({ timeout: ALL ? 1_200_000 : 600_000 });

type Flow<S extends Order = Order> = {
  stage: () => Promise<S>;
  /** At the second instance, which may die of it. */
  press: (stage: S, key: string) => Promise<APIResponse | number>;
  /** The bank's operations that are part of it. */
  calls: string[];
  /** Whether it has been done: not at all, or wholly and once. Anything else throws. */
  done: (stage: S) => Promise<boolean>;
};

type Point = { name: string; nth: number; when: "before" | "after"; at: "database" | "bank" };
const nameOf = ({ when, name, nth, at }: Point) =>
  `${when} ${at === "bank" ? "the bank's " : ""}${name}${nth > 1 ? ` (${nth})` : ""}`;

/** What a person sends, with the key that their browser made for it. */
async function sent(who: Who, path: string, data: object, key: string, instance: number): Promise<APIResponse> {
  const headers = { ...fromUs(), "idempotency-key": key };
  return (await as(who, instance)).post(`/api/v1${path}`, { data, headers, timeout: 20_000 });
}

const linksAtBank = async (order: Order) => (await booked(order, "link_created")) - (await booked(order, "removed"));

/** Two drills; half of the first one leaves, so that leaving twice would be possible. */
async function halfALine(order: Order): Promise<object> {
  const [line] = await sql()`select id from order_lines where order_id = ${order.id} order by position`;
  return { lines: [{ lineId: line?.id, quantity: "0.5" }] };
}

const flows: Record<string, Flow> = {
  release: {
    stage: () => openOrder("debit"),
    press: (order, key) => sent("sales", `/orders/${order.id}/release`, {}, key, VICTIM),
    calls: ["create"],
    done: async (order) => {
      const rows = await attempts(order);
      if (rows.length === 0) {
        expect((await orderRow(order)).status).toBe("open");
        return false;
      }
      expect(rows.map(({ state }) => state)).toEqual(["pending"]);
      expect(rows[0]?.url).toMatch(/^http/);
      expect(await linksAtBank(order)).toBe(1);
      return true;
    },
  },
  cancel: {
    stage: () => releasedOrder("debit"),
    press: async (order, key) =>
      sent("sales", `/payments/${(await newest(order)).id}/cancel`, { reason: null }, key, VICTIM),
    calls: ["remove"],
    done: async (order) => {
      const { state, needs_review } = await newest(order);
      expect(needs_review).toBe(false);
      expect(await booked(order, "removed")).toBe(state === "cancelled" ? 1 : 0);
      if (state !== "cancelled") expect(state).toBe("pending");
      return state === "cancelled";
    },
  },
  finalize: {
    stage: () => paidOrder("hold"),
    press: async (order, key) => sent("finance", `/payments/${(await newest(order)).id}/finalize`, {}, key, VICTIM),
    calls: ["finalize"],
    done: async (order) => {
      const { state, captured_minor } = await newest(order);
      const taken = state === "successful";
      expect(await booked(order, "captured")).toBe(taken ? 1 : 0);
      expect([state, captured_minor]).toEqual(taken ? ["successful", "44985"] : ["withholding", "0"]);
      return taken;
    },
  },
  refund: {
    stage: () => paidOrder("debit"),
    press: async (order, key) => {
      const wish = { amount: uah(10_000), reason: "One less" };
      return sent("finance", `/payments/${(await newest(order)).id}/refunds`, wish, key, VICTIM);
    },
    calls: ["cancel"],
    done: async (order) => {
      const { refunded_minor } = await newest(order);
      const times = await booked(order, "refunded");
      expect(times, "given back at the bank").toBeLessThan(2);
      expect(refunded_minor).toBe(times === 1 ? "10000" : "0");
      return times === 1;
    },
  },
  ship: {
    stage: () => paidOrder("debit"),
    press: async (order, key) => sent("sales", `/orders/${order.id}/shipments`, await halfALine(order), key, VICTIM),
    calls: [],
    done: async (order) => {
      const shipments = await sql()`select 1 from shipments where order_id = ${order.id}`;
      expect(shipments.length, "shipments").toBeLessThan(2);
      expect((await orderRow(order)).shipped).toBe(shipments.length === 1 ? "partly" : "none");
      return shipments.length === 1;
    },
  },
  delete: {
    stage: async () => {
      const order = await releasedOrder("debit");
      await pay(order, { action: "decline" });
      await expect.poll(async () => (await newest(order)).state).toBe("failed");
      return order;
    },
    press: async (order, key) => {
      const headers = { ...fromUs(), "idempotency-key": key };
      return (await as("finance", VICTIM)).delete(`/api/v1/payments/${(await newest(order)).id}`, {
        data: {},
        headers,
      });
    },
    calls: [],
    done: async (order) => {
      const { id, deleted_at } = await newest(order);
      const written = await sql()`select 1 from audit_log where entity_id = ${id} and action = 'payment.delete'`;
      expect(written.length).toBe(deleted_at ? 1 : 0);
      return deleted_at !== null;
    },
  },
  webhook: {
    stage: async () => {
      const order = await releasedOrder("debit");
      await bank("monobank").webhooks({ mode: "lost" });
      await pay(order);
      await bank("monobank").webhooks({ mode: "normal" });
      return order;
    },
    press: async (order) => {
      const { id, service_id } = await newest(order);
      const urls = [`${app(VICTIM)}/api/webhooks/${service_id}`];
      const [attempt] = await bank("monobank").resend({ reference: id, urls });
      return (attempt as unknown as { answer: number | null }).answer ?? 0;
    },
    calls: [],
    done: async (order) => {
      const { state, captured_minor } = await newest(order);
      const told = await sql()`select 1 from order_timeline where order_id = ${order.id} and kind = 'payment.captured'`;
      const heard = state === "successful";
      expect([captured_minor, told.length]).toEqual(heard ? ["44985", 1] : ["0", 0]);
      return heard;
    },
  },
  cron: {
    // The answer to its creation was lost, and so was everything the bank said about it.
    stage: async () => {
      await bank("monobank").webhooks({ mode: "lost" });
      await bank("monobank").fault({ operation: "finalize", mode: "commit_then_drop", times: 1 });
      const held = await releasedOrder("hold");
      await pay(held);
      await taskRuns(SURVIVOR, held);
      const { id } = await newest(held);
      await sent("finance", `/payments/${id}/finalize`, {}, crypto.randomUUID(), SURVIVOR);
      const atBank = () => bank("monobank").call<{ status: string }>("GET", `/payments/${id}`);
      await expect.poll(async () => (await atBank()).status).toBe("success");
      await bank("monobank").webhooks({ mode: "normal" });
      // Everybody else's turn comes tomorrow: the run that dies is about this order.
      await sql()`update payments set next_sync_at = now() + interval '1 day'
        where order_id <> ${held.id} and next_sync_at is not null`;
      await due(held);
      return held;
    },
    press: async () => managePaymentLinks(VICTIM),
    calls: ["status"],
    done: (order) => flows.finalize?.done(order) ?? Promise.resolve(false),
  },
};

const wire = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const url = `${runningStack().wires[VICTIM]}${path}`;
  const answer = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  return (await answer.json()) as T;
};

const victim = () => runningStack().apps[VICTIM]?.pid;
async function isUp(before?: number): Promise<void> {
  await expect
    .poll(victim, { message: "the victim is started again", timeout: 60_000, intervals: [50] })
    .not.toBe(before);
}

/** Mail leaves by itself whenever there is some, and that somebody was seen is written once a minute. */
const NOW_AND_THEN = new Set([
  "update messages",
  "commit: messages",
  "commit: messages, order_timeline",
  "update sign_ins",
]);

/** What becomes lasting, in order, in a play of a flow in which nobody dies. */
async function recorded<S extends Order>(flow: Flow<S>): Promise<string[]> {
  const stage = await flow.stage();
  await wire("POST", "/record");
  await flow.press(stage, crypto.randomUUID());
  const names = await wire<string[]>("GET", "/trace");
  for (let run = 0; run < 2; run++) await taskRuns(SURVIVOR, stage);
  expect(await flow.done(stage)).toBe(true);
  return names.filter((name) => !NOW_AND_THEN.has(name));
}

/** Every point of a flow. What an instance did by itself in the meantime is hardly in two plays of it. */
async function pointsOf(flow: Flow): Promise<Point[]> {
  const names = await recorded(flow);
  const again = await recorded(flow);
  const seen = new Map<string, number>();
  const places = names.flatMap((name) => {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return nth <= again.filter((other) => other === name).length ? [{ name, nth, at: "database" as const }] : [];
  });
  const calls = flow.calls.map((name) => ({ name, nth: 1, at: "bank" as const }));
  return [...calls, ...places].flatMap((place) => (["before", "after"] as const).map((when) => ({ ...place, when })));
}

const nothingNewIsWrong = async () => expect(await newsOfOracles()).toEqual([]);

/** One play that ends in a death, and what comes after. */
async function killedAt(flow: Flow, point: Point): Promise<"before it began" | "finished" | "missed"> {
  const pid = victim();
  const stage = await flow.stage();
  const key = crypto.randomUUID();
  const aim = { pid, name: point.name, nth: point.nth, when: point.when };
  if (point.at === "database") await wire("POST", "/kill", aim);
  else await bank("monobank").kill({ pid, operation: point.name, when: point.when });
  const answer = await flow.press(stage, key).catch(() => null);
  const struck =
    point.at === "database"
      ? (await wire<{ struck: boolean }>("GET", "/kill")).struck
      : (await bank("monobank").call<{ kills: { times: number }[] }>("GET", "/state")).kills.every(
          ({ times }) => times === 0,
        );
  await wire("DELETE", "/kill");
  await bank("monobank").noFaults();
  if (!struck) return "missed";
  expect(typeof answer === "number" ? answer : null, "nobody hears from the dead").not.toBe(200);

  // Two runs of the task at the other instance, the victim still down.
  for (let run = 0; run < 2; run++) await taskRuns(SURVIVOR, stage);
  const finished = await flow.done(stage);
  await nothingNewIsWrong();

  // The browser sends the same press again, once the key of the dead may be inherited.
  await isUp(pid);
  for (const who of ["sales", "finance"] as const) await (await as(who, VICTIM)).get("/api/health", { maxRetries: 3 });
  await sql()`update idempotency_keys set locked_at = locked_at - interval '10 minutes' where key = ${key}`;
  const again = await flow.press(stage, key);
  if (typeof again !== "number") expect(again.status(), await again.text()).toBeLessThan(500);
  await taskRuns(SURVIVOR, stage);
  expect(await flow.done(stage), "sent again, it is done").toBe(true);
  await nothingNewIsWrong();
  return finished ? "finished" : "before it began";
}

test.beforeAll(async () => {
  // Signed in before anything is written down.
  for (const who of ["sales", "finance"] as const) await as(who, VICTIM);
  for (const provider of ["monobank", "liqpay"])
    await bank(provider).call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [100, 200] });
  await newsOfOracles();
});
test.afterAll(async () => {
  for (const provider of ["monobank", "liqpay"])
    await bank(provider).call("POST", "/switches", { processingMs: 300, webhookRetrySpacingMs: [1_000, 3_000] });
});
test.afterEach(bankIsItself);

for (const [title, flow] of Object.entries(flows))
  test(`${title}: killed at each commit and each message to the bank, it is done once or not at all`, async () => {
    const points = await pointsOf(flow);
    // The messages to the bank first, then transactions, then what is written by itself.
    const weight = ({ at, name }: Point) => (at === "bank" ? 0 : name.startsWith("commit") ? 1 : 2);
    const byWeight = points.toSorted((a, b) => weight(a) - weight(b));
    const chosen = ALL ? points : byWeight.slice(0, POINTS_ON_PUSH);
    const counts = new Map<string, number>();
    const lines: string[] = [];
    for (const point of chosen) {
      const play = () =>
        killedAt(flow, point).catch((cause: Error) => {
          throw new Error(`${title}, killed ${nameOf(point)}: ${cause.message}`, { cause });
        });
      // What is written only now and then (somebody was seen) may not come when it is waited for: it is waited for again.
      let outcome = await play();
      for (let times = 1; outcome === "missed" && times < PLAYS; times++) outcome = await play();
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      lines.push(`  ${nameOf(point)}: ${outcome}`);
    }
    const said = [...counts].map(([outcome, count]) => `${outcome} ${count}`).join(", ");
    console.log(`${title}: ${chosen.length} of ${points.length} points, killed each time (${said})`);
    console.log(lines.join("\n"));
    expect(counts.get("missed") ?? 0, "points that were not met").toBe(0);
  });
