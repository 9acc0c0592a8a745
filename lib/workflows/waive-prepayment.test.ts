import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { users } from "#db/schema/people";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Shop, WHOLE } from "#e2e/stories/shop";
import { makeId, type OrderId, type PaymentServiceId, type UserId, type WaiverId } from "#lib/domain/ids";
import { readReview } from "#lib/reads/reviews";
import type { Viewer } from "#lib/reads/viewer";
import { managePaymentLinks } from "./manage-payment-links.ts";
import { requestNewLink } from "./request-new-link.ts";
import { resolveReview } from "./resolve-review.ts";
import { shipOrder } from "./ship-order.ts";
import { approveWaiver, requestWaiver, revokeWaiver } from "./waive-prepayment.ts";
import { closeGateInTime } from "./watch-holds.ts";
import type { Actor } from "./world.ts";

let at: WorkflowWorld;
let shop: Shop;
let debit: PaymentServiceId;
let marta: Actor;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  debit = await shop.service("monobank");
  marta = await person("Marta Bondar", "finance");
});
afterAll(() => at?.stop());

async function person(name: string, role: "sales" | "finance"): Promise<Actor> {
  const id = makeId("usr", Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  await at.world.db.insert(users).values({ id, name, role, email: `${id}@holdpoint.test`, passwordHash: "-" });
  return { kind: "user", id, name, role, requestId: null };
}

const HOUR_MS = 3_600_000;
const ask = (orderId: OrderId, { capMinor = 44_985n, forMs = 48 * HOUR_MS, by = at.sales, currency = "UAH" } = {}) =>
  requestWaiver(at.world, by, orderId, {
    capMinor,
    currency,
    reason: "A customer of ten years",
    endsAt: new Date(Date.now() + forMs),
  });
async function asked(orderId: OrderId, change: Parameters<typeof ask>[1] = {}): Promise<WaiverId> {
  const answer = await ask(orderId, change);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value.waiverId;
}
/** Two days and an hour pass for an order's waivers, and for the moment until which its gate is open. */
const itsTimePasses = (orderId: OrderId) =>
  at.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update waivers set ends_at = ends_at - interval '49 hours', requested_at = requested_at - interval '49 hours',
      approved_at = approved_at - interval '49 hours' where order_id = ${orderId}`;
    await tx`update sales_orders set accepted_until = accepted_until - interval '49 hours',
      next_deadline_at = next_deadline_at - interval '49 hours' where id = ${orderId}`;
  });
const viewer = (): Viewer => ({ ...at.finance, email: "olena@holdpoint.test", role: "finance", language: "en" });
const ship = (id: OrderId) => shipOrder(at.world, at.sales, id, WHOLE);
const audits = (id: OrderId, action: string) =>
  at.owner`select actor_id, body from audit_log where entity_id = ${id} and action = ${action}`;

/** Posts a shipment past every workflow; whatever the trigger says, nothing stays. */
async function shipBySql(id: OrderId): Promise<string> {
  const shipment = `shp_${crypto.randomUUID().slice(0, 8)}`;
  return at.app
    .begin(async (tx) => {
      await tx`insert into shipments (id, order_id, number) values (${shipment}, ${id}, ${shipment})`;
      throw new Error("allowed");
    })
    .catch((fault: { constraint_name?: string; message: string }) => fault.constraint_name ?? fault.message)
    .then(String);
}

describe("asking", () => {
  test("is for at most what is missing, until a moment ahead, once at a time, and opens nothing", async () => {
    const { orderId } = await shop.released(debit);
    expect(await ask(orderId, { capMinor: 44_986n })).toMatchObject({
      error: { kind: "invalid", errors: [{ field: "cap", code: "above_missing" }] },
    });
    expect(await ask(orderId, { capMinor: 0n })).toMatchObject({ error: { errors: [{ code: "not_positive" }] } });
    expect(await ask(orderId, { forMs: -1 })).toMatchObject({ error: { errors: [{ code: "in_the_past" }] } });
    expect(await ask(orderId, { forMs: 91 * 24 * HOUR_MS })).toMatchObject({
      error: { errors: [{ code: "too_far" }] },
    });
    expect(await ask(orderId, { currency: "USD" })).toMatchObject({ error: { errors: [{ code: "other_currency" }] } });
    await asked(orderId);
    expect(codeOf(await ask(orderId))).toBe("PENDING_APPROVAL");
    expect(codeOf(await ship(orderId))).toBe("AWAITING_PAYMENT");
    expect(await shipBySql(orderId)).toBe("prepayment_not_covered");
    expect(await audits(orderId, "waiver.request")).toHaveLength(1);
    expect(
      await at.owner`select user_id from notices where order_id = ${orderId} and kind = 'approval'`,
    ).not.toHaveLength(0);
  });

  test("is not possible for an open order, nor where nothing is missing", async () => {
    expect(codeOf(await ask(await shop.openOrder(debit)))).toBe("NOT_RELEASED");
    const { orderId } = await shop.paid(debit);
    expect(codeOf(await ask(orderId))).toBe("NOTHING_MISSING");
  });
});

describe("approving", () => {
  test("opens the gate in workflow and database, books no money, and is written down with both names", async () => {
    const { orderId, paymentId } = await shop.released(debit);
    const waiverId = await asked(orderId);
    expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("ok");
    // The same press again finds it done.
    expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("ok");
    expect(await shop.order(orderId)).toMatchObject({
      accepted: true,
      secured_minor: "0",
      status: "pending_prepayment",
    });
    expect(await shipBySql(orderId)).toBe("allowed");
    expect(codeOf(await ship(orderId))).toBe("ok");
    expect(await shop.payment(paymentId)).toMatchObject({ state: "pending", captured_minor: "0", held_minor: "0" });
    const told = (await shop.events(paymentId)).map(({ facts }) => facts);
    expect(
      told.filter(({ heldMinor = "0", capturedMinor = "0" }) => heldMinor !== "0" || capturedMinor !== "0"),
    ).toEqual([]);
    const [row, ...more] = await audits(orderId, "waiver.approve");
    expect(more).toHaveLength(0);
    expect(row).toMatchObject({ actor_id: at.finance.id });
    expect(row?.body).toContain(at.sales.id);
    expect(row?.body).toContain("A customer of ten years");
    expect((await shop.timeline(orderId)).filter((kind) => kind.startsWith("waiver."))).toEqual([
      "waiver.requested",
      "waiver.approved",
    ]);
  });

  test("is refused to whoever asked, also through a program of theirs, and to the order's own salesperson", async () => {
    const { orderId } = await shop.released(debit);
    const own = await asked(orderId, { by: at.finance });
    expect(codeOf(await approveWaiver(at.world, at.finance, own))).toBe("FOUR_EYES");
    const token: Actor = { ...at.finance, kind: "token", id: "tok_1", userId: at.finance.id as UserId };
    expect(codeOf(await approveWaiver(at.world, token, own))).toBe("FOUR_EYES");
    await at.owner`update sales_orders set salesperson_id = ${marta.id} where id = ${orderId}`;
    expect(codeOf(await approveWaiver(at.world, marta, own))).toBe("FOUR_EYES");
    expect(codeOf(await approveWaiver(at.world, at.sales, own))).toBe("NOT_PERMITTED");
    expect(codeOf(await ship(orderId))).toBe("AWAITING_PAYMENT");
    await at.owner`update sales_orders set salesperson_id = ${at.sales.id} where id = ${orderId}`;
    expect(codeOf(await approveWaiver(at.world, marta, own))).toBe("ok");
  });

  test("of less than what is missing opens nothing", async () => {
    const { orderId } = await shop.released(debit);
    const waiverId = await asked(orderId, { capMinor: 44_984n });
    expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("ok");
    expect(codeOf(await ship(orderId))).toBe("AWAITING_PAYMENT");
    expect(await shipBySql(orderId)).toBe("prepayment_not_covered");
    expect((await shop.order(orderId)).accepted).toBe(false);
    // One minor unit more, and it is open.
    const rest = await asked(orderId, { capMinor: 1n });
    expect(codeOf(await approveWaiver(at.world, at.finance, rest))).toBe("ok");
    expect(codeOf(await ship(orderId))).toBe("ok");
  });
});

test("after its end the gate is closed again by itself, in workflow, database and list, and the order says so", async () => {
  const { orderId } = await shop.released(debit);
  const waiverId = await asked(orderId);
  expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("ok");
  expect(await shipBySql(orderId)).toBe("allowed");
  await itsTimePasses(orderId);
  expect(await shipBySql(orderId)).toBe("prepayment_not_covered");
  expect(codeOf(await ship(orderId))).toBe("AWAITING_PAYMENT");
  expect(codeOf(await approveWaiver(at.world, marta, waiverId))).toBe("WAIVER_OVER");
  expect(await closeGateInTime(at.world, orderId)).toBe(true);
  expect(await closeGateInTime(at.world, orderId)).toBe(false);
  expect((await shop.order(orderId)).accepted).toBe(false);
  expect((await shop.timeline(orderId)).filter((kind) => kind === "gate.closed")).toHaveLength(1);
});

test("an ended waiver takes nothing from a gate that stands on money since", async () => {
  const { orderId, paymentId } = await shop.released(debit);
  const waiverId = await asked(orderId, { capMinor: 1_000n });
  expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("ok");
  await shop.pay(paymentId);
  await shop.atRest(paymentId);
  expect(await shop.order(orderId)).toMatchObject({ accepted: true, accepted_until: null });
  await itsTimePasses(orderId);
  expect(await closeGateInTime(at.world, orderId)).toBe(false);
  expect((await shop.order(orderId)).accepted).toBe(true);
  expect(codeOf(await ship(orderId))).toBe("ok");
});

describe("taking back", () => {
  test("closes the gate at once; what is taken back stays so", async () => {
    const { orderId } = await shop.released(debit);
    const waiverId = await asked(orderId);
    expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("ok");
    expect(codeOf(await revokeWaiver(at.world, marta, waiverId))).toBe("ok");
    expect((await shop.order(orderId)).accepted).toBe(false);
    expect(codeOf(await ship(orderId))).toBe("AWAITING_PAYMENT");
    expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("WAIVER_OVER");
    expect(codeOf(await revokeWaiver(at.world, at.finance, waiverId))).toBe("WAIVER_OVER");
    expect(await audits(orderId, "waiver.revoke")).toHaveLength(1);
  });

  test("is for who asked and for who may approve, not for any colleague", async () => {
    const { orderId } = await shop.released(debit);
    const waiverId = await asked(orderId);
    const colleague = await person("Taras Lys", "sales");
    expect(codeOf(await revokeWaiver(at.world, colleague, waiverId))).toBe("NOT_PERMITTED");
    expect(codeOf(await revokeWaiver(at.world, at.sales, waiverId))).toBe("ok");
    expect(codeOf(await ask(orderId))).toBe("ok");
  });
});

test("a shipment and the taking back of its waiver never pass each other: twenty pairs, no goods without leave", async () => {
  for (let pair = 0; pair < 20; pair++) {
    const { orderId } = await shop.released(debit);
    const waiverId = await asked(orderId);
    await approveWaiver(at.world, at.finance, waiverId);
    const [shipped, revoked] = await Promise.all([ship(orderId), revokeWaiver(at.world, marta, waiverId)]);
    expect(codeOf(revoked)).toBe("ok");
    if (!shipped.ok) expect(codeOf(shipped)).toBe("AWAITING_PAYMENT");
  }
  expect((await shop.check()).wrong).toEqual([]);
});

describe("goods that left on a waiver and are not paid", () => {
  const AFTER = 49 * HOUR_MS;
  const laterRun = () =>
    managePaymentLinks(
      { ...at.world, now: () => new Date(Date.now() + AFTER) },
      { startedBy: "a test", deadlineMs: 20_000 },
    );
  const tasks = (id: OrderId) =>
    at.owner`select * from review_tasks where order_id = ${id} and cause = 'left_on_waiver' order by opened_at`;
  async function leftUnpaid() {
    const made = await shop.released(debit);
    const waiverId = await asked(made.orderId);
    expect(codeOf(await approveWaiver(at.world, at.finance, waiverId))).toBe("ok");
    expect(codeOf(await ship(made.orderId))).toBe("ok");
    return { ...made, waiverId };
  }

  test("while the waiver lasts nobody is asked; after its end one task says what to collect, and closes itself when it is paid", async () => {
    const { orderId, paymentId } = await leftUnpaid();
    await shop.run();
    expect(await tasks(orderId)).toEqual([]);
    await laterRun();
    await laterRun();
    const [task] = await tasks(orderId);
    expect(await tasks(orderId)).toMatchObject([
      { closed_at: null, details: { missing: { amount: 44_985, currency: "UAH" }, leftAt: expect.any(String) } },
    ]);
    const view = await readReview(task?.id, viewer());
    expect(view).toMatchObject({ cause: "left_on_waiver", amount: { amount: 44_985 }, leftAt: expect.any(String) });
    expect(view?.answers.map(({ answer }) => answer)).toEqual(["new_link", "dismiss"]);
    await shop.pay(paymentId);
    await eventually(
      async () => (await tasks(orderId))[0] ?? {},
      ({ resolution }) => resolution === "cause_gone",
      "paid, so nobody is asked any more",
    );
  });

  test("a waiver that was taken back after the goods had left is over, too; what Finance has answered is not asked again", async () => {
    const { orderId, waiverId } = await leftUnpaid();
    expect(codeOf(await revokeWaiver(at.world, at.finance, waiverId))).toBe("ok");
    await shop.run();
    const [task] = await tasks(orderId);
    expect(task).toMatchObject({ closed_at: null });
    const answer = { answer: "dismiss" as const, note: "Paid against the next order" };
    expect(codeOf(await resolveReview(at.world, at.finance, task?.id, answer))).toBe("ok");
    await laterRun();
    expect(await tasks(orderId)).toHaveLength(1);
  });

  test("the desk asks the customer for it", async () => {
    const { orderId, paymentId, waiverId } = await leftUnpaid();
    await revokeWaiver(at.world, at.finance, waiverId);
    await shop.run();
    const [task] = await tasks(orderId);
    const answer = { answer: "new_link" as const, note: "Asked by phone" };
    expect(codeOf(await resolveReview(at.world, at.finance, task?.id, answer))).toBe("ok");
    // The link of before still lived: one is left to be paid.
    expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled" });
    expect(await shop.last(orderId)).toMatchObject({ state: "pending", attempt: 2, amount_minor: "44985" });
  });

  test("money of another order that Finance attaches closes the question by the next run", async () => {
    const { orderId } = await leftUnpaid();
    await laterRun();
    const other = await shop.released(await shop.service("liqpay"));
    await requestNewLink(at.world, at.sales, other.orderId, { replace: true });
    await shop.pay(other.paymentId);
    const [late] = await eventually(
      () => at.owner`select id from review_tasks where payment_id = ${other.paymentId}`,
      (rows) => rows.length === 1,
      "the late money is asked about",
    );
    const answer = { answer: "attach" as const, note: "Meant for that one", toOrderId: orderId };
    expect(codeOf(await resolveReview(at.world, at.finance, late?.id, answer))).toBe("ok");
    await shop.run();
    expect((await tasks(orderId))[0]).toMatchObject({ resolution: "cause_gone" });
  });

  test("goods that left after the money came, or by money alone, are no question", async () => {
    const { orderId, paymentId } = await shop.released(debit);
    const waiverId = await asked(orderId);
    await approveWaiver(at.world, at.finance, waiverId);
    await revokeWaiver(at.world, at.finance, waiverId);
    await shop.pay(paymentId);
    await eventually(
      () => shop.order(orderId),
      ({ accepted }) => accepted,
      "paid",
    );
    expect(codeOf(await ship(orderId))).toBe("ok");
    // The money goes back; what Finance says to that is not undone by a waiver on which nothing left.
    await shop.pay(paymentId, { action: "refund_at_bank" });
    await shop.sync(paymentId);
    const [lost] =
      await at.owner`select id from review_tasks where order_id = ${orderId} and cause = 'cover_lost_after_shipping'`;
    const answer = { answer: "dismiss" as const, note: "The goods came back" };
    expect(codeOf(await resolveReview(at.world, at.finance, lost?.id, answer))).toBe("ok");
    await laterRun();
    expect(await tasks(orderId)).toEqual([]);
  });
});
