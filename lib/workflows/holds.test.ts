import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "#db/client";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { eventually, openShop, type Row, type Shop, WHOLE } from "#e2e/stories/shop";
import { isId, type OrderId, type PaymentId, type PaymentServiceId } from "#lib/domain/ids";
import { finalizeHolds } from "./finalize-holds.ts";
import { managePaymentLinks, pulse } from "./manage-payment-links.ts";
import { notify } from "./notify.ts";
import { releaseHold } from "./release-hold.ts";
import { requestNewLink } from "./request-new-link.ts";
import { shipOrder } from "./ship-order.ts";
import { syncPayment } from "./sync-payment.ts";
import { closeGateInTime, warnOfHold } from "./watch-holds.ts";
import type { World } from "./world.ts";

let at: WorkflowWorld;
let shop: Shop;
let hold: PaymentServiceId;
/** The application a second time: its own connections to the same database. */
let elsewhere: World;
let closeElsewhere: () => Promise<void>;

beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  hold = await shop.service("monobank", "withholding");
  const second = openDatabase(process.env.DATABASE_URL ?? "", 10);
  elsewhere = { ...at.world, db: second.db };
  closeElsewhere = second.close;
  await at.monobank.call("POST", "/switches", { processingMs: 20 });
});
afterAll(async () => {
  await closeElsewhere?.();
  await at?.stop();
});
afterEach(() => at.monobank.noFaults());

const HOUR_MS = 3_600_000;
const inTime = (date: Date, base: World = at.world): World => ({ ...base, now: () => date });
const held = async () => {
  const made = await shop.paid(hold);
  const { hold_expires_at: end } = await shop.payment(made.paymentId);
  return { ...made, end: end as Date };
};
const notices = (paymentId: PaymentId, kind?: string): Promise<Row[]> =>
  at.owner`select n.*, u.role from notices n join users u on u.id = n.user_id
           where n.payment_id = ${paymentId} and ${kind ? at.owner`n.kind = ${kind}` : at.owner`true`} order by n.id`;
const mails = (paymentId: PaymentId): Promise<Row[]> =>
  at.owner`select * from messages where payment_id = ${paymentId} and kind = 'staff_notice' order by created_at, id`;
const told = async (orderId: OrderId, kind: string) =>
  (await shop.timeline(orderId)).filter((one) => one === kind).length;

describe("a hold that comes near its end", () => {
  test("is warned of at 72, 24 and 4 hours and at its end, once each, to finance and to the salesperson", async () => {
    const { orderId, paymentId, end } = await held();
    const left = (hours: number) => inTime(new Date(end.getTime() - hours * HOUR_MS));
    expect(await warnOfHold(left(73), paymentId)).toBe(false);
    for (const hours of [71.9, 70, 23, 22, 3, 1]) await warnOfHold(left(hours), paymentId);
    const warned = await notices(paymentId, "hold_expiring");
    expect(warned.map(({ role, params }) => [role, params.hours]).sort()).toEqual([
      ["finance", 24],
      ["finance", 4],
      ["finance", 72],
      ["sales", 24],
      ["sales", 4],
      ["sales", 72],
    ]);
    expect(await told(orderId, "hold.expiring")).toBe(3);
    await warnOfHold(left(-1), paymentId);
    await warnOfHold(left(-2), paymentId);
    expect((await notices(paymentId, "hold_lost")).map(({ role }) => role).sort()).toEqual(["finance", "sales"]);
    expect(await told(orderId, "hold.ended")).toBe(1);
    // By e-mail too, as people prefer unless they say otherwise: three warnings and the end, to two people.
    expect(await mails(paymentId)).toHaveLength(8);
  });

  test("is warned of once by two instances whose runs meet, and in the nearest words after a long sleep", async () => {
    const made = await Promise.all(Array.from({ length: 6 }, held));
    const now = new Date(Math.max(...made.map(({ end }) => end.getTime())) - 3 * HOUR_MS);
    const runs = Array.from({ length: 3 }, () => [
      pulse(inTime(now)),
      managePaymentLinks(inTime(now, elsewhere), { startedBy: "tests", deadlineMs: 20_000 }),
    ]);
    const answers = await Promise.all(runs.flat());
    expect(answers.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
    for (const { orderId, paymentId } of made) {
      expect((await notices(paymentId, "hold_expiring")).map(({ params }) => params.hours)).toEqual([4, 4]);
      expect(await told(orderId, "hold.expiring")).toBe(1);
      expect(await shop.payment(paymentId)).toMatchObject({ hold_warned_hours: 4 });
    }
  });

  test("that somebody is giving back is not warned of; one that was taken neither", async () => {
    const { paymentId, end } = await held();
    await at.monobank.fault({ operation: "cancel", mode: "503", times: 9, reference: paymentId });
    await releaseHold(at.world, at.finance, paymentId);
    await warnOfHold(inTime(new Date(end.getTime() - HOUR_MS)), paymentId);
    expect(await notices(paymentId, "hold_expiring")).toEqual([]);

    const other = await held();
    await at.monobank.noFaults();
    const { heldMinor, currency } = await sumOf(other.paymentId);
    await finalizeHolds(at.world, at.finance, [{ paymentId: other.paymentId, heldMinor, currency }]);
    await eventually(
      () => shop.payment(other.paymentId),
      ({ state }) => state === "successful",
      "taken",
    );
    await warnOfHold(inTime(new Date(other.end.getTime() - HOUR_MS)), other.paymentId);
    expect(await notices(other.paymentId, "hold_expiring")).toEqual([]);
  });

  test("closes the gate by itself when it comes within its margin, and the story says so once", async () => {
    const { orderId, end } = await held();
    expect(await shop.order(orderId)).toMatchObject({ accepted: true });
    // The margin of the service is 24 hours: one minute before it the gate is open still.
    const before = inTime(new Date(end.getTime() - 24 * HOUR_MS - 60_000));
    const after = inTime(new Date(end.getTime() - 24 * HOUR_MS + 60_000));
    expect(await closeGateInTime(before, orderId)).toBe(false);
    expect(await shop.order(orderId)).toMatchObject({ accepted: true });
    const shipped = await shipOrder(after, at.sales, orderId, WHOLE);
    expect(shipped).toMatchObject({ ok: false, error: { blocker: { code: "HOLD_EXPIRING" } } });
    await Promise.all([pulse(after), pulse({ ...after, db: elsewhere.db })]);
    expect(await shop.order(orderId)).toMatchObject({ accepted: false, status: "released" });
    expect(await told(orderId, "gate.closed")).toBe(1);
    const [story] =
      await at.owner`select params from order_timeline where order_id = ${orderId} and kind = 'gate.closed'`;
    expect(story?.params).toEqual({ code: "HOLD_EXPIRING" });
    // Taken after all: it opens again.
    const { paymentId } = await last(orderId);
    const { heldMinor, currency } = await sumOf(paymentId);
    await finalizeHolds(after, at.finance, [{ paymentId, heldMinor, currency }]);
    await eventually(
      () => shop.order(orderId),
      ({ accepted }) => accepted === true,
      "open again",
    );
    expect(await told(orderId, "gate.opened")).toBe(1);
  });

  test("that the bank lets go before its time is told of at once; one that we let go is not", async () => {
    const { orderId, paymentId } = await held();
    await at.monobank.act(paymentId, { action: "lapse_hold" });
    await syncPayment(at.world, at.sales, paymentId);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled" });
    expect((await notices(paymentId, "hold_lost")).map(({ role }) => role).sort()).toEqual(["finance", "sales"]);
    expect(await shop.order(orderId)).toMatchObject({ accepted: false, status: "pending_prepayment" });
    const [back] =
      await at.owner`select params from order_timeline where order_id = ${orderId} and kind = 'order.status_back'`;
    expect(back?.params).toEqual({ status: "pending_prepayment", code: "HOLD_LOST" });

    const ours = await held();
    await releaseHold(at.world, at.finance, ours.paymentId);
    await eventually(
      () => shop.payment(ours.paymentId),
      ({ state }) => state === "cancelled",
      "let go",
    );
    expect(await notices(ours.paymentId, "hold_lost")).toEqual([]);
  });
});

test("what a lost hold takes away is asked for again in one press: the same sum, and one letter to the customer", async () => {
  const { orderId, paymentId } = await held();
  await at.monobank.act(paymentId, { action: "lapse_hold" });
  await syncPayment(at.world, at.sales, paymentId);
  const press = (world: World) => requestNewLink(world, at.sales, orderId, { tellCustomer: true });
  const answers = await Promise.all([press(at.world), press(elsewhere), press(at.world)]);
  expect(answers.filter(({ ok }) => ok).length).toBeGreaterThan(0);
  const attempts = await shop.attempts(orderId);
  const before = await shop.payment(paymentId);
  expect(attempts.map(({ state, amount_minor }) => [state, amount_minor])).toEqual([
    ["cancelled", before.amount_minor],
    ["pending", before.amount_minor],
  ]);
  const letters: Row[] =
    await at.owner`select * from messages where payment_id = ${attempts.at(-1)?.id} and user_id is null`;
  expect(letters.map(({ kind, recipient }) => [kind, recipient])).toEqual([
    ["expired_new_link", "o.hnatiuk@romashka.example"],
  ]);
});

const last = async (orderId: OrderId) => ({ paymentId: (await shop.last(orderId)).id as PaymentId });
async function sumOf(paymentId: PaymentId) {
  const { held_minor, currency } = await shop.payment(paymentId);
  return { heldMinor: BigInt(held_minor), currency: String(currency) };
}
const wishOf = async (paymentId: PaymentId) => ({ paymentId, ...(await sumOf(paymentId)) });

describe("many holds taken at once", () => {
  test("one that the bank refuses, one that it leaves unanswered: the others are taken, and each row says what became of it", async () => {
    const [fine, refused, silent, changed] = (await Promise.all([held(), held(), held(), held()])).map(
      ({ paymentId }) => paymentId,
    ) as [PaymentId, PaymentId, PaymentId, PaymentId];
    await at.monobank.fault({
      operation: "finalize",
      reference: refused,
      times: 1,
      mode: "error",
      httpStatus: 400,
      errCode: "err_wrong",
      errText: "Not today",
    });
    await at.monobank.fault({ operation: "finalize", reference: silent, times: 1, mode: "commit_then_drop" });
    const nobody = `pay_${"0".repeat(26)}`;
    if (!isId("pay", nobody)) throw new Error("an id of the right shape");
    const wishes = [
      await wishOf(fine),
      await wishOf(refused),
      await wishOf(silent),
      { ...(await wishOf(changed)), heldMinor: 1n },
      { paymentId: nobody, heldMinor: 1n, currency: "UAH" },
    ];
    const rows = await finalizeHolds(at.world, at.finance, wishes);
    const of = (paymentId: PaymentId) => rows.find((row) => row.paymentId === paymentId);
    expect(rows.map(({ paymentId }) => paymentId)).toEqual(wishes.map(({ paymentId }) => paymentId));
    expect(["taken", "pending"]).toContain(of(fine)?.result);
    expect(of(refused)).toMatchObject({ result: "refused", blocker: { code: "FINALIZE_FAILED" } });
    expect(JSON.stringify(of(refused))).toContain("Not today");
    expect(of(silent)?.result).toBe("pending");
    expect(of(changed)?.result).toBe("changed");
    expect(of(nobody)?.result).toBe("missing");

    await eventually(
      () => shop.payment(fine),
      ({ state }) => state === "successful",
      "taken",
    );
    await shop.timePasses();
    await shop.run();
    await eventually(
      () => shop.payment(silent),
      ({ state }) => state === "successful",
      "found out",
    );
    expect(await shop.payment(refused)).toMatchObject({ state: "withholding" });
    expect(await shop.payment(changed)).toMatchObject({ state: "withholding" });
    for (const paymentId of [fine, silent]) expect(await shop.booked(paymentId, "captured")).toBe(1);

    // The same wish again: what is taken stays taken once, what was refused may be taken now.
    const again = await finalizeHolds(at.world, at.finance, wishes.slice(0, 3));
    expect(again.map(({ result }) => result)).toEqual(["taken", expect.stringMatching(/taken|pending/), "taken"]);
    await eventually(
      () => shop.payment(refused),
      ({ state }) => state === "successful",
      "taken at last",
    );
    for (const paymentId of [fine, refused, silent]) expect(await shop.booked(paymentId, "captured")).toBe(1);
  });

  test("pressed twice at once, in two instances: each is taken once", async () => {
    const made = await Promise.all(Array.from({ length: 5 }, held));
    const wishes = await Promise.all(made.map(({ paymentId }) => wishOf(paymentId)));
    const answers = await Promise.all([
      finalizeHolds(at.world, at.finance, wishes),
      finalizeHolds(elsewhere, at.finance, [...wishes].reverse()),
      finalizeHolds(elsewhere, at.finance, [...wishes, ...wishes]),
    ]);
    for (const { result } of answers.flat()) expect(["taken", "pending"]).toContain(result);
    for (const { paymentId } of made) {
      await eventually(
        () => shop.payment(paymentId),
        ({ state }) => state === "successful",
        "taken",
      );
      expect(await shop.booked(paymentId, "captured")).toBe(1);
    }
  });

  test("what its time does not reach is left as it is, and says so", async () => {
    const { paymentId } = await held();
    expect(await finalizeHolds(at.world, at.finance, [await wishOf(paymentId)], 0)).toEqual([
      { paymentId, result: "left", blocker: null },
    ]);
    expect(await shop.operations(paymentId, "finalize")).toEqual([]);
  });
});

describe("notices", () => {
  const tell = (world: World, dedupeKey: string, more: object = {}) =>
    world.db.transaction((tx) => notify(tx, { kind: "approval", to: ["finance"], dedupeKey, ...more }));
  const written = (dedupeKey: string): Promise<Row[]> =>
    at.owner`select n.*, u.role from notices n join users u on u.id = n.user_id where n.dedupe_key = ${dedupeKey}`;

  test("are written once per person and event, whoever tells it and however often", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, n) => tell(n % 2 ? elsewhere : at.world, "event:1")));
    expect(await written("event:1")).toMatchObject([{ role: "finance", by_mail: true, read_at: null }]);
    expect(await at.owner`select 1 from messages where dedupe_key like ${"notice:%:event:1"}`).toHaveLength(1);
  });

  test("go by the ways the person prefers, and not to whoever did it", async () => {
    const prefer = (choice: object) =>
      at.owner`update users set preferences = ${at.owner.json({ notices: { approval: choice } } as never)} where id = ${at.finance.id}`;
    await prefer({ app: false, mail: false });
    await tell(at.world, "event:2");
    expect(await written("event:2")).toEqual([]);
    await prefer({ app: false, mail: true });
    await tell(at.world, "event:3");
    expect(await written("event:3")).toMatchObject([{ by_mail: true, read_at: expect.any(Date) }]);
    await at.owner`update users set preferences = '{}' where id = ${at.finance.id}`;
    await tell(at.world, "event:4", { except: at.finance.id });
    expect(await written("event:4")).toEqual([]);
  });

  test("of a role that nobody has go to the admins", async () => {
    await at.owner`insert into users (id, email, name, role, password_hash)
      values (${`usr_${"7".repeat(26)}`}, 'marta@holdpoint.test', 'Marta', 'admin', '-')`;
    await tell(at.world, "event:5");
    expect((await written("event:5")).map(({ role }) => role)).toEqual(["finance"]);
    await at.owner`update users set active = false where id = ${at.finance.id}`;
    await tell(at.world, "event:6");
    expect((await written("event:6")).map(({ role }) => role)).toEqual(["admin"]);
    await at.owner`update users set active = true where id = ${at.finance.id}`;
  });

  test("a payment is told of once, however often the bank repeats it; a decline too", async () => {
    const debit = await shop.service("monobank");
    const { paymentId } = await shop.paid(debit);
    await at.monobank.resend({ reference: paymentId });
    await syncPayment(at.world, at.sales, paymentId);
    expect((await notices(paymentId)).map(({ kind, role, params }) => [kind, role, params.how])).toEqual([
      ["paid", "sales", "taken"],
    ]);

    const declined = await shop.released(debit);
    await shop.declined(declined.paymentId);
    await syncPayment(at.world, at.sales, declined.paymentId);
    expect((await notices(declined.paymentId)).map(({ kind, role }) => [kind, role])).toEqual([["failed", "sales"]]);
  });

  test("a service whose webhooks stay away is named after two runs of the task, the others are not", async () => {
    const [silent, heard] = [await shop.service("monobank"), await shop.service("monobank")];
    const young = (service: PaymentServiceId) =>
      at.owner`update payments set updated_at = now() - interval '5 minutes' where service_id = ${service}`;
    await shop.paid(heard);
    await shop.paid(heard);
    await at.monobank.webhooks({ mode: "lost" });
    for (let times = 0; times < 2; times++) {
      const { paymentId } = await shop.paidQuietly(silent);
      await eventually(
        async () => (await syncPayment(at.world, at.sales, paymentId)) && (await shop.payment(paymentId)),
        ({ state }) => state === "successful",
        "found by asking",
      );
    }
    await at.monobank.webhooks({ mode: "normal" });
    await Promise.all([young(silent), young(heard)]);
    const told = (service: PaymentServiceId): Promise<Row[]> =>
      at.owner`select distinct user_id, count(*)::int as n from notices
        where kind = 'provider_problem' and params ->> 'serviceId' = ${service} and params ->> 'how' = 'silent' group by 1`;
    await Promise.all([shop.run(), shop.run()]);
    expect((await told(silent)).length).toBeGreaterThan(0);
    await shop.run();
    expect((await told(silent)).every(({ n }) => n === 1)).toBe(true);
    expect(await told(heard)).toEqual([]);
  });

  test("keys that a provider refuses are told of once, to finance and the admins", async () => {
    const own = await shop.service("monobank");
    const { paymentId } = await shop.released(own);
    await at.monobank.fault({ operation: "status", mode: "401", times: 3 });
    for (let times = 0; times < 3; times++) await syncPayment(at.world, at.sales, paymentId);
    const rows = await at.owner`select u.role from notices n join users u on u.id = n.user_id
      where n.kind = 'provider_problem' and n.params ->> 'serviceId' = ${own} order by u.role`;
    expect(rows.map(({ role }) => role)).toEqual(["admin", "finance"]);
  });
});
