import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "#db/client";
import { apiTokens, users } from "#db/schema/people";
import { checkOracles, quiet } from "#e2e/rig/oracles";
import { type Pair, type Race, race } from "#e2e/rig/pairs";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, openShop, type Shop, WHOLE } from "#e2e/stories/shop";
import { createApiToken } from "#lib/auth/api-tokens";
import { makeId, type OrderId, type PaymentId, type UserId } from "#lib/domain/ids";
import { once, wishOf } from "#lib/http/idempotency";
import { cancelOrder } from "./cancel-order.ts";
import { finalizeHold } from "./finalize-hold.ts";
import { managePaymentLinks } from "./manage-payment-links.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseHold } from "./release-hold.ts";
import { releaseOrder } from "./release-order.ts";
import { updateService } from "./save-service.ts";
import { shipOrder } from "./ship-order.ts";
import { syncPayment } from "./sync-payment.ts";
import { updateOrder } from "./update-order.ts";
import { type Actor, TASK, type World } from "./world.ts";

/**
 * Every pair of `quality.md` 5.D, so many times each, on two instances of the application over one database, with head
 * starts of 0–50 ms. No pair may end in what must not be, not once. That goods leave while the money goes back is raced by
 * SQL alone in races.test.ts, where the gate's row lock is taken out as well and most pairs go wrong.
 */
const REPETITIONS = Number(process.env.RACES ?? 200);
const PATIENCE_MS = 60_000 + REPETITIONS * 2_000;

let at: WorkflowWorld;
let shop: Shop;
/** The application a second time: its own connections to the same database. */
let elsewhere: World;
let closeElsewhere: () => Promise<void>;
const admin: Actor = { kind: "token", id: "tok_admin", name: "An admin", role: "admin", requestId: null };
const told: { pair: string; race: Race }[] = [];

beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  const second = openDatabase(process.env.DATABASE_URL ?? "", 10);
  elsewhere = { ...at.world, db: second.db };
  closeElsewhere = second.close;
  for (const bank of [at.monobank, at.liqpay])
    await bank
      .call("POST", "/switches", { processingMs: 1, createdWebhook: false })
      .catch(() => bank.call("POST", "/switches", { processingMs: 1 }));
});
afterAll(async () => {
  for (const { pair, race: it } of told.sort((a, b) => a.pair.localeCompare(b.pair))) {
    const outcomes = [...it.outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(", ");
    console.log(`${pair}: ${it.repetitions} times, ${it.violations.length} violations (${outcomes}) ${it.ms} ms`);
  }
  await closeElsewhere?.();
  await at?.stop();
});

/** Runs a pair, writes down its count and demands that nothing of it went wrong. `ends`: outcomes that must all occur;
 * `quietly`: its stages are prepared without webhooks. */
async function raced<S, A, B>(
  pair: string,
  it: Pair<S, A, B> & { quietly?: true },
  ends: string[] = [],
): Promise<Race> {
  const webhooks = (mode: string) => Promise.all(bothBanks().map((bank) => bank.webhooks({ mode })));
  if (it.quietly) await webhooks("lost");
  const result = await race(REPETITIONS, { ...it, ready: () => webhooks("normal") });
  told.push({ pair, race: result });
  expect(result.violations).toEqual([]);
  // One order of events only is no race.
  if (REPETITIONS >= 100) expect([...result.outcomes.keys()]).toEqual(expect.arrayContaining(ends));
  return result;
}

type Stage = { orderId: OrderId; paymentId: PaymentId };
/** What a pair leaves behind, for another one to begin with: an order that is released or paid is not made anew. */
const left = { released: [] as Stage[], paid: [] as Stage[], taken: [] as Stage[] };
const bothBanks = () => [at.monobank, at.liqpay];
const inBoth = <T>(n: number, [even, odd]: [T, T]): T => (n % 2 === 0 ? even : odd);

/** Everything is quiet at the banks: nothing being processed, no webhook on the road. */
const quietBanks = () => Promise.all(bothBanks().map(quiet));

/** Paid (or held) and known here by a question, while webhooks are off. */
async function known(n: number, services: [string, string]): Promise<Stage> {
  const made = await shop.released(inBoth(n, services) as never);
  await shop.pay(made.paymentId);
  const synced = await shop.sync(made.paymentId);
  if (!synced.ok) throw new Error(JSON.stringify(synced.error));
  return made;
}

/** What the bank has booked about each payment; read once, after the race. */
let books = new Map<string, Map<string, bigint[]>>();
async function readBooks(): Promise<void> {
  await quietBanks();
  books = new Map();
  for (const line of (await Promise.all(bothBanks().map((bank) => bank.ledger()))).flat()) {
    const mine = books.get(line.reference) ?? new Map<string, bigint[]>();
    mine.set(line.kind, [...(mine.get(line.kind) ?? []), BigInt(line.amountMinor)]);
    books.set(line.reference, mine);
  }
}
const bookedOf = (id: string, kind: string): bigint[] => books.get(id)?.get(kind) ?? [];
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

const fine = (outcome: string) => ({ outcome });
const wrong = (sentence: string, ...seen: unknown[]) => ({
  wrong: `${sentence} ${seen.map((it) => JSON.stringify(it, (_name, value) => (typeof value === "bigint" ? `${value}` : value))).join(" ")}`,
});

describe("two actors at once", () => {
  test(
    "48 two people release: one operation, one link",
    () =>
      raced("48 release / release", {
        prepare: (n) => shop.openOrder(inBoth(n, [at.services.debit, at.services.liqpay])),
        one: (id) => releaseOrder(at.world, at.sales, id, {}),
        other: (id) => releaseOrder(elsewhere, at.sales, id, {}),
        afterwards: readBooks,
        judge: async (id, { one, other }, n) => {
          const attempts = await shop.attempts(id);
          const [link] = attempts;
          if (codeOf(one) !== "ok" || codeOf(other) !== "ok") return wrong("refused", one, other);
          if (attempts.length !== 1 || !link?.url) return wrong("not one link", attempts);
          if (link.provider === "monobank" && bookedOf(link.id, "link_created").length !== 1)
            return wrong("not one link at the bank", link.id);
          if ((await shop.operations(link.id, "create_link")).length !== 1) return wrong("not one operation", link.id);
          const said = (await shop.timeline(id)).filter((kind) => kind === "order.released");
          if (said.length !== 1) return wrong("released more than once", said);
          left.released[n] = { orderId: id, paymentId: link.id };
          return fine(
            one.ok && other.ok && one.value.pending !== other.value.pending ? "one found the other's" : "both",
          );
        },
      }),
    PATIENCE_MS,
  );

  test(
    "57 webhook and Manage Payment Links bring the same news: one event, told once",
    async () => {
      // The task looks at everything that is due, so it runs all the while and not once for each.
      let over = false;
      const net = (async () => {
        let runs = 0;
        for (; !over; runs++) await managePaymentLinks(elsewhere, { startedBy: "tests", deadlineMs: 5_000 });
        return runs;
      })();
      try {
        await raced(
          "57 webhook / Manage Payment Links",
          {
            prepare: async (n) => left.released[n] ?? shop.released(inBoth(n, [at.services.debit, at.services.liqpay])),
            one: ({ paymentId }) => shop.pay(paymentId),
            other: ({ paymentId }) => syncPayment(elsewhere, TASK, paymentId),
            afterwards: quietBanks,
            judge: async ({ orderId, paymentId }, _answers, n) => {
              const [payment, events, kinds] = [
                await shop.payment(paymentId),
                await shop.events(paymentId),
                await shop.timeline(orderId),
              ];
              if (payment.state !== "successful" || payment.captured_minor !== "44985")
                return wrong("not paid", payment);
              if (new Set(events.map(({ event_key }) => event_key)).size !== events.length)
                return wrong("twice", events);
              for (const kind of ["payment.captured", "order.released_by_payment"])
                if (kinds.filter((said) => said === kind).length !== 1) return wrong(`${kind} not once`, kinds);
              const first = events.find(({ facts }) => facts.capturedMinor === "44985");
              left.paid[n] = { orderId, paymentId };
              return fine(`first by ${first?.source}`);
            },
          },
          ["first by webhook", "first by status"],
        );
      } finally {
        over = true;
        expect(await net).toBeGreaterThan(0);
      }
    },
    PATIENCE_MS,
  );

  test(
    "56 two refunds that together exceed what was taken: the second is refused",
    () =>
      raced("56 refund / refund, together too much", {
        quietly: true,
        prepare: async (n) => left.paid[n] ?? known(n, [at.services.debit, at.services.liqpay]),
        one: ({ paymentId }) => refund(at.world, paymentId),
        other: ({ paymentId }) => refund(elsewhere, paymentId),
        afterwards: readBooks,
        judge: async ({ paymentId }, { one, other }) => {
          const back = bookedOf(paymentId, "refunded");
          if (one.ok === other.ok) return wrong("both or neither", one, other);
          if (back.length !== 1 || sum(back) !== 27_000n) return wrong("given back", back);
          if ((await shop.payment(paymentId)).refunded_minor !== "27000") return wrong("our books");
          return fine(codeOf(one.ok ? other : one));
        },
      }),
    PATIENCE_MS,
  );

  test(
    "49 the same press sent twice with one key: done once, and answered the same",
    () =>
      raced("49 one Idempotency-Key twice", {
        prepare: async () => {
          const id = await shop.openOrder(null, null);
          const released = await releaseOrder(at.world, at.sales, id, {});
          if (!released.ok) throw new Error(JSON.stringify(released.error));
          const [line] = await at.owner`select id from order_lines where order_id = ${id} order by position`;
          return { id, line: line?.id as string, key: crypto.randomUUID() };
        },
        one: (stage) => pressOnce(at.world, stage),
        other: (stage) => pressOnce(elsewhere, stage),
        judge: async (stage, { one, other }) => {
          const { id } = stage;
          const third = await pressOnce(at.world, stage);
          const shipped = await at.owner`select id from shipments where order_id = ${id}`;
          if (shipped.length !== 1) return wrong("not shipped once", shipped, one, other);
          const answers = [one, other, third].filter((answer) => answer !== "in_progress");
          if (third === "in_progress" || new Set(answers).size !== 1) return wrong("two answers", one, other, third);
          return fine(answers.length === 3 ? "the same answer" : "told that it is running, then the same answer");
        },
      }),
    PATIENCE_MS,
  );

  test(
    "50 an admin disables the service while it is being released: with its link, or refused; never half",
    () =>
      raced(
        "50 release / disable service",
        {
          prepare: async (n) => {
            const service = await shop.service(inBoth(n, ["monobank", "liqpay"] as const));
            return { service, id: await shop.openOrder(service) };
          },
          one: ({ id }) => releaseOrder(at.world, at.sales, id, {}),
          other: ({ service }) => updateService(elsewhere, admin, service, { version: 1, enabled: false }),
          judge: async ({ id }, { one, other }) => {
            if (!other.ok) return wrong("not disabled", other);
            const [{ status }, attempts] = [await shop.order(id), await shop.attempts(id)];
            const states = attempts.map(({ state }) => state);
            if (one.ok) {
              if (status !== "pending_prepayment" || states.join() !== "pending") return wrong("half", status, states);
            } else if (codeOf(one) !== "SERVICE_DISABLED" || status !== "open" || states.length > 0)
              return wrong("half refused", one, status, states);
            return fine(one.ok ? "released" : "refused");
          },
        },
        ["released", "refused"],
      ),
    PATIENCE_MS,
  );

  test(
    "51 one edits while the other releases: the link asks for what was released, and the loser is told",
    () =>
      raced(
        "51 release / edit",
        {
          prepare: async (n) => {
            const id = await shop.openOrder(inBoth(n, [at.services.debit, at.services.liqpay]));
            return { id, version: (await shop.order(id)).version as number };
          },
          one: ({ id, version }) => releaseOrder(at.world, at.sales, id, { version }),
          other: ({ id, version }) =>
            updateOrder(elsewhere, at.sales, id, { version, prepayment: { kind: "percent", percent: "50" } }),
          judge: async ({ id }, { one, other }) => {
            const [order, attempts] = [await shop.order(id), await shop.attempts(id)];
            if (one.ok === other.ok) return wrong("both or neither", one, other);
            for (const attempt of attempts)
              if (attempt.amount_minor !== order.required_minor) return wrong("a stale amount", attempt, order);
            if (one.ok && order.required_minor !== "44985") return wrong("released something else", order);
            if (other.ok && (attempts.length > 0 || codeOf(one) !== "version_conflict"))
              return wrong("released all the same", one, attempts);
            return fine(one.ok ? "released" : "edited");
          },
        },
        ["released", "edited"],
      ),
    PATIENCE_MS,
  );

  test(
    "52 a hold is finalized while it lapses at the bank: the bank did one of the two, and we say which",
    () =>
      raced(
        "52 finalize / hold lapses",
        {
          quietly: true,
          prepare: (n) => known(n, [at.services.hold, liqpayHold]),
          one: ({ paymentId }) => finalizeHold(at.world, at.finance, paymentId, { amountMinor: null }),
          other: ({ paymentId }, n) =>
            inBoth(n, [at.monobank, at.liqpay])
              .act(paymentId, { action: "lapse_hold" })
              .then(
                () => "lapsed",
                () => "taken",
              ),
          afterwards: readBooks,
          judge: async ({ paymentId }, { one, other }) => {
            const payment = await shop.payment(paymentId);
            const [taken, back] = [bookedOf(paymentId, "captured").length, bookedOf(paymentId, "released").length];
            if (taken + back !== 1) return wrong("the bank did both or neither", taken, back);
            const state = taken ? "successful" : "cancelled";
            if (payment.state !== state || payment.needs_review) return wrong(`not ${state}`, payment, one, other);
            const live = (await shop.operations(paymentId, "finalize")).filter(({ finished_at }) => !finished_at);
            if (live.length > 0) return wrong("a call without an end", live);
            return fine(state);
          },
        },
        ["successful", "cancelled"],
      ),
    PATIENCE_MS,
  );

  test(
    "53 two finance users finalize: taken once",
    () =>
      raced(
        "53 finalize / finalize",
        {
          quietly: true,
          prepare: (n) => known(n, [at.services.hold, liqpayHold]),
          one: ({ paymentId }) => finalizeHold(at.world, at.finance, paymentId, { amountMinor: null }),
          other: ({ paymentId }) => finalizeHold(elsewhere, at.finance, paymentId, { amountMinor: 20_000n }),
          afterwards: readBooks,
          judge: async ({ paymentId }, { one, other }) => {
            const taken = bookedOf(paymentId, "captured");
            const payment = await shop.payment(paymentId);
            if (one.ok === other.ok) return wrong("both or neither", one, other);
            const loser = codeOf(one.ok ? other : one);
            if (!["OPERATION_RUNNING", "NOTHING_HELD"].includes(loser)) return wrong("refused oddly", loser);
            if (taken.length !== 1 || sum(taken) !== (one.ok ? 44_985n : 20_000n))
              return wrong("taken", taken, one, other);
            if (payment.captured_minor !== String(sum(taken))) return wrong("our books", payment);
            return fine(one.ok ? "the whole" : "the part");
          },
        },
        ["the whole", "the part"],
      ),
    PATIENCE_MS,
  );

  test(
    "60 a batch is finalized while webhooks of the same orders arrive: no deadlock reaches anybody",
    async () => {
      const deadlocks = async () =>
        Number(
          (await at.owner`select deadlocks from pg_stat_database where datname = current_database()`)[0]?.deadlocks,
        );
      const before = await deadlocks();
      await raced("60 batch finalize / webhooks", {
        quietly: true,
        prepare: (n) => known(n, [at.services.hold, liqpayHold]),
        one: ({ paymentId }) => finalizeHold(at.world, at.finance, paymentId, { amountMinor: null }),
        other: async ({ paymentId }, n) => {
          const sent = await inBoth(n, [at.monobank, at.liqpay]).resend({
            reference: paymentId,
            all: true,
            parallel: true,
          });
          return sent.map((attempt) => (attempt as unknown as { answer: number }).answer);
        },
        afterwards: readBooks,
        judge: async ({ orderId, paymentId }, { one, other }, n) => {
          if (!one.ok) return wrong("refused", one);
          if (other.some((status) => status !== 200)) return wrong("a webhook was not thanked", other);
          if (bookedOf(paymentId, "captured").length !== 1) return wrong("taken", bookedOf(paymentId, "captured"));
          const { state } = await shop.payment(paymentId);
          if (state !== "successful") return wrong("not taken", state);
          left.taken[n] = { orderId, paymentId };
          return fine("taken");
        },
      });
      expect((await deadlocks()) - before).toBe(0);
    },
    PATIENCE_MS,
  );

  for (const [name, wayBack] of [
    ["54a ship / refund", "refund"],
    ["54b ship / hold let go", "hold"],
  ] as const)
    test(
      `${name}: the goods stay, or an alarm is written`,
      () =>
        raced(
          name,
          {
            quietly: true,
            prepare: async (n) =>
              (wayBack === "refund" ? left.taken[n] : null) ??
              known(n, wayBack === "refund" ? [at.services.debit, at.services.liqpay] : [at.services.hold, liqpayHold]),
            one: ({ orderId }) => shipOrder(at.world, at.sales, orderId, WHOLE),
            other: ({ paymentId }) =>
              wayBack === "refund"
                ? refundPayment(elsewhere, at.finance, paymentId, {
                    amountMinor: null,
                    reason: "They changed their mind",
                  })
                : releaseHold(elsewhere, at.finance, paymentId),
            afterwards: readBooks,
            judge: async ({ orderId, paymentId }, { one, other }) => {
              if (!other.ok) return wrong("the money stayed", other);
              const payment = await shop.payment(paymentId);
              const gone = wayBack === "refund" ? "refunded" : "cancelled";
              if (payment.state !== gone) return wrong(`not ${gone}`, payment);
              const [row] =
                await at.owner`select (select count(*)::int from shipments where order_id = ${orderId}) as shipped,
              (select count(*)::int from alarms where order_id = ${orderId}) as alarms`;
              const shipped = one.ok ? 1 : 0;
              if (row?.shipped !== shipped) return wrong("the answer is not the truth", row, one);
              if (one.ok && row?.alarms === 0) return wrong("left without cover, and nobody was told", row);
              if (!one.ok && !["MONEY_RETURNED", "HOLD_LOST"].includes(codeOf(one))) return wrong("refused oddly", one);
              return fine(one.ok ? "shipped, alarm" : "stayed");
            },
          },
          ["shipped, alarm", "stayed"],
        ),
      PATIENCE_MS,
    );

  test(
    "55 an order is cancelled while the customer pays: the money is kept, and who must know is told",
    () =>
      raced(
        "55 cancel order / customer pays",
        {
          quietly: true,
          prepare: (n) => shop.released(inBoth(n, [at.services.debit, at.services.liqpay])),
          one: ({ orderId }) => cancelOrder(at.world, at.sales, orderId, { reason: null }),
          other: ({ paymentId }) =>
            shop.pay(paymentId).then(
              () => "paid",
              () => "the page was gone",
            ),
          afterwards: readBooks,
          judge: async ({ orderId, paymentId }, { one, other }) => {
            const [order, payment] = [await shop.order(orderId), await shop.payment(paymentId)];
            const took = bookedOf(paymentId, "captured").length;
            if (took !== (other === "paid" ? 1 : 0)) return wrong("the customer's word is not the bank's", other, took);
            if (payment.captured_minor !== (took ? "44985" : "0")) return wrong("our books", payment);
            if (one.ok && !one.value.pending && order.status !== "cancelled") return wrong("not cancelled", one, order);
            if (!took) return order.status === "cancelled" ? fine("cancelled") : wrong("neither", one, order);
            const late = order.status === "cancelled" || payment.withdrawn;
            const tasks =
              await at.owner`select cause from review_tasks where order_id = ${orderId} and closed_at is null`;
            if (tasks.length > 0 !== late) return wrong("who must know is not told", one, order, payment, tasks);
            if (!late && order.status !== "released") return wrong("paid, and not released", order);
            return fine(late ? "paid too late, reviewed" : "paid, not cancelled");
          },
        },
        ["cancelled", "paid too late, reviewed"],
      ),
    PATIENCE_MS,
  );

  test(
    "56 a hundred refunds of 60 % at once: one",
    async () => {
      for (const service of [at.services.debit, at.services.liqpay]) {
        const { paymentId } = await known(0, [service, service]);
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, n) => refund(n % 2 ? at.world : elsewhere, paymentId)),
        );
        expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
        await readBooks();
        expect(bookedOf(paymentId, "refunded")).toEqual([27_000n]);
      }
    },
    PATIENCE_MS,
  );

  test(
    "58 a role is taken away while an action is on its way: done by who may, or refused",
    async () => {
      const { POST } = await import("../../app/api/v1/orders/[orderId]/shipments/route.ts");
      await raced(
        "58 ship over HTTP / role revoked",
        {
          prepare: async (n) => {
            const id = await shop.openOrder(null, null);
            await releaseOrder(at.world, at.sales, id, {});
            const user = makeId("usr", Date.now(), crypto.getRandomValues(new Uint8Array(16))) as UserId;
            const email = `someone-${n}-${user.slice(-6).toLowerCase()}@holdpoint.test`;
            await at.world.db.insert(users).values({ id: user, email, name: "S", role: "sales", passwordHash: "-" });
            return { id, user, token: await createApiToken(at.world.db, user, "race") };
          },
          one: async ({ id, token }) => {
            const sentAt = performance.now();
            const request = new Request(`http://localhost/api/v1/orders/${id}/shipments`, {
              method: "POST",
              headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
              body: "{}",
            });
            const { status } = await POST(request, { params: Promise.resolve({ orderId: id }) });
            return { status, sentAt, answeredAt: performance.now() };
          },
          other: async ({ user }) => {
            const sentAt = performance.now();
            await at.app`update users set role = 'finance' where id = ${user}`;
            return { sentAt, doneAt: performance.now() };
          },
          judge: async ({ id, token: _token }, { one, other }) => {
            const shipped = await at.owner`select id from shipments where order_id = ${id}`;
            const written = await at.owner`select actor_kind from audit_log where action = 'shipment.create'
            and entity_id = any(${shipped.map((row) => row.id as string)})`;
            const done = one.status === 200 || one.status === 201;
            if (!done && one.status !== 403) return wrong("answered oddly", one);
            if (shipped.length !== (done ? 1 : 0)) return wrong("the answer is not the truth", one, shipped);
            if (done && written.map(({ actor_kind }) => actor_kind).join() !== "token")
              return wrong("not audited", written);
            if (done && one.sentAt > other.doneAt) return wrong("done by somebody who no longer might", one, other);
            if (!done && one.answeredAt < other.sentAt) return wrong("refused before it was taken away", one, other);
            return fine(done ? "shipped" : "refused");
          },
        },
        ["shipped", "refused"],
      );
      const kept = await at.world.db.select({ id: apiTokens.id }).from(apiTokens);
      expect(kept.length).toBeGreaterThanOrEqual(REPETITIONS);
    },
    PATIENCE_MS,
  );

  test(
    "59 two tabs save the same order: one is saved, the other is told",
    () =>
      raced(
        "59 edit / edit",
        {
          prepare: async (n) => {
            const id = await shop.openOrder(inBoth(n, [at.services.debit, null]), inBoth(n, ["30", null]));
            return { id, version: (await shop.order(id)).version as number };
          },
          one: ({ id, version }) => updateOrder(at.world, at.sales, id, { version, externalReference: "first tab" }),
          other: ({ id, version }) =>
            updateOrder(elsewhere, at.sales, id, { version, externalReference: "second tab" }),
          judge: async ({ id, version }, { one, other }) => {
            const order = await shop.order(id);
            if (one.ok === other.ok) return wrong("both or neither", one, other);
            if (codeOf(one.ok ? other : one) !== "version_conflict") return wrong("the loser was not told", one, other);
            if (order.version !== version + 1) return wrong("version", order.version);
            const saved = one.ok ? "first tab" : "second tab";
            return order.external_reference === saved ? fine(saved) : wrong("somebody else's", order);
          },
        },
        ["first tab", "second tab"],
      ),
    PATIENCE_MS,
  );
});

test(
  "after all that the banks' ledgers and our books agree",
  async () => {
    await shop.run();
    await quietBanks();
    const verdict = await checkOracles(shop.watched);
    expect(verdict.movements).toBeGreaterThan(REPETITIONS * 6);
    expect(verdict.shipments).toBeGreaterThan(REPETITIONS);
  },
  PATIENCE_MS,
);

let liqpayHold = "";
beforeAll(async () => {
  liqpayHold = await shop.service("liqpay", "withholding");
});

const refund = (world: World, paymentId: PaymentId) =>
  refundPayment(world, at.finance, paymentId, { amountMinor: 27_000n, reason: "Too much of it" });

/** One drill leaves, behind one Idempotency-Key: as the front door does it. */
async function pressOnce(world: World, { id, line, key }: { id: OrderId; line: string; key: string }): Promise<string> {
  const wish = wishOf(
    "usr_race",
    key,
    "POST",
    new URL(`http://localhost/api/v1/orders/${id}/shipments`),
    new Uint8Array(),
  );
  const answer = await once(world.db, wish, world.now, async () => {
    const shipped = await shipOrder(world, at.sales, id, { ...WHOLE, lines: [{ lineId: line, quantity: "0.5" }] });
    return { status: shipped.ok ? 201 : 409, body: JSON.stringify(shipped), type: "application/json" };
  });
  return answer.ok ? answer.value.body : answer.error.kind;
}
