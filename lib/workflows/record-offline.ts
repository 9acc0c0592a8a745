import type { Tx } from "#db/client";
import { isAttachmentOf } from "#db/queries/attachments";
import {
  findOrderOfOfflineReceipt,
  insertOfflineReceipt,
  lockOfflineReceipt,
  type OfflineReceiptRow,
  offlineLimit,
  sameReceipt,
  saveOfflineReceipt,
} from "#db/queries/offline-receipts";
import { type LockedOrder, lockOrder } from "#db/queries/order-locks";
import type { PaymentRow } from "#db/queries/payment-rows";
import { insertPayment } from "#db/queries/payments";
import { transact } from "#db/transact";
import type { AttachmentId, OfflineReceiptId, OrderId, PaymentId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import { moneyView } from "#lib/domain/money";
import {
  needsSecondPerson,
  type OfflineAction,
  type OfflineKind,
  offlineBlocker,
  receivedFacts,
} from "#lib/domain/offline";
import { isLive } from "#lib/domain/payment";
import { blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { cancelPayment } from "./cancel-payment.ts";
import { applyObservation } from "./record-observation.ts";
import { refreshOrder } from "./refresh-order.ts";
import { auditActor, emptyStory, type Story, sourceOf, tellStory } from "./story.ts";
import { type Actor, newId, personOf, type World } from "./world.ts";

export type OfflineInput = {
  kind: OfflineKind;
  amountMinor: bigint;
  currency: string;
  receivedOn: string;
  reference: string;
  note: string | null;
  attachmentId: AttachmentId | null;
  liveLink?: LiveLink | undefined;
};
/** What becomes of a link that asks for the same money. */
export type LiveLink = "cancel" | "keep";

/** How a link that was to be cancelled ended: `none` where there was none or it was to stay, `paid` where it was too late. */
export type LinkEnd = "none" | "cancelled" | "pending" | "paid" | "failed";
export type Recorded = { receiptId: OfflineReceiptId; orderId: OrderId; waits: boolean; link: LinkEnd };
type Kept = { receiptId: OfflineReceiptId; orderId: OrderId; waits: boolean; cancel: PaymentId | null };

/** The latest place on earth is a day ahead of UTC; a paper from tomorrow is a slip of the pen. */
const AHEAD_MS = 14 * 3_600_000;

/**
 * Writes down money that came past the payment services. It counts at once, or, above the company's limit, when a second
 * person has approved it. While a customer still has a link in hand, whoever records has to say what becomes of it.
 */
export async function recordOffline(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: OfflineInput,
): Promise<Result<Recorded, Refusal>> {
  const kept = await transact<Kept, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    const wrong = await whyNotAsItIs(tx, world, locked, input);
    if (wrong) return refuse(wrong);
    const waits = needsSecondPerson(input.amountMinor, await offlineLimit(tx));
    const live = liveLinkOf(locked);
    if (live && !waits && !input.liveLink) return refuse(blocked(linkStillLive(live)));

    const recordedBy = personOf(actor);
    invariant(recordedBy, "a person records a payment");
    const receipt = await insertOfflineReceipt(tx, {
      id: newId(world, "ofr"),
      orderId,
      kind: input.kind,
      amountMinor: input.amountMinor,
      currency: order.currency,
      receivedOn: input.receivedOn,
      reference: input.reference,
      note: input.note,
      attachmentId: input.attachmentId,
      recordedBy,
      recordedAt: world.now(),
      needsApproval: waits,
    });
    const story = emptyStory();
    tellRecorded(story, actor, order.number, receipt);
    if (!waits) await countFrom(tx, world, actor, locked, receipt, story);
    await refreshOrder(tx, locked, {}, world.now(), actor, story);
    await tellStory(tx, story);
    return ok({
      receiptId: receipt.id,
      orderId,
      waits,
      cancel: !waits && input.liveLink === "cancel" ? idOf(live) : null,
    });
  });
  return kept.ok ? afterwards(world, actor, kept.value) : kept;
}

/** A second person has seen the paper: from now on the money counts. */
export async function approveOffline(
  world: World,
  actor: Actor,
  receiptId: OfflineReceiptId,
  input: { liveLink?: LiveLink | undefined },
): Promise<Result<Recorded, Refusal>> {
  const approved = await decide<Kept>(
    world,
    actor,
    receiptId,
    "approve",
    async ({ tx, locked, receipt, story, by }) => {
      const live = liveLinkOf(locked);
      if (live && !input.liveLink) return refuse(blocked(linkStillLive(live)));
      const now = world.now();
      await saveOfflineReceipt(tx, receipt.id, { approvedBy: by, approvedAt: now });
      tellDecision(story, actor, receipt, "payment.approved", "offline.approve", {});
      await countFrom(tx, world, actor, locked, { ...receipt, approvedBy: by, approvedAt: now }, story);
      return ok({
        receiptId: receipt.id,
        orderId: locked.order.id,
        waits: false,
        cancel: input.liveLink === "cancel" ? idOf(live) : null,
      });
    },
  );
  return approved.ok ? afterwards(world, actor, approved.value) : approved;
}

/** It is not what it seems, or was recorded by mistake: it never counts. */
export async function refuseOffline(
  world: World,
  actor: Actor,
  receiptId: OfflineReceiptId,
  input: { reason: string },
): Promise<Result<Recorded, Refusal>> {
  return decide<Recorded>(world, actor, receiptId, "refuse", async ({ tx, locked, receipt, story, by }) => {
    await saveOfflineReceipt(tx, receipt.id, {
      refusedBy: by,
      refusedAt: world.now(),
      refusedReason: input.reason,
    });
    tellDecision(story, actor, receipt, "payment.not_approved", "offline.refuse", { reason: input.reason });
    return ok({ receiptId: receipt.id, orderId: locked.order.id, waits: false, link: "none" });
  });
}

/** What is wrong with the words themselves. */
async function whyNotAsItIs(
  tx: Tx,
  world: World,
  { order }: LockedOrder,
  input: OfflineInput,
): Promise<Refusal | null> {
  const { orderId = order.id, kind, reference, receivedOn } = { ...input, orderId: order.id };
  if (input.currency !== order.currency)
    return invalid({ field: "amount.currency", code: "other_currency", params: { currency: order.currency } });
  if (input.amountMinor <= 0n) return invalid({ field: "amount", code: "not_positive" });
  if (receivedOn > new Date(world.now().getTime() + AHEAD_MS).toISOString().slice(0, 10))
    return invalid({ field: "receivedOn", code: "in_the_future" });
  if (input.attachmentId && !(await isAttachmentOf(tx, input.attachmentId, orderId)))
    return invalid({ field: "attachmentId", code: "unknown_id" });
  // Two people with the same statement in hand, or one who presses again tomorrow.
  if (await sameReceipt(tx, { orderId, kind, reference, receivedOn }))
    return invalid({ field: "reference", code: "already_recorded" });
  return null;
}

const liveLinkOf = ({ payments }: LockedOrder): PaymentRow | null =>
  payments.find((row) => row.provider !== "offline" && isLive(row.state)) ?? null;
const idOf = (row: PaymentRow | null): PaymentId | null => row?.id ?? null;

/** The customer could pay the same money once more, and nobody would have said so. */
const linkStillLive = (live: PaymentRow) =>
  blocker(
    "LINK_LIVE",
    "record_offline",
    "finance",
    ["cancel_payment"],
    {
      paymentId: live.id,
      amount: moneyView(live.amountMinor, live.currency),
      ...(live.expiresAt ? { expiresAt: live.expiresAt.toISOString() } : {}),
    },
    { until: live.expiresAt },
  );

/** What was just told is about a payment from now on: its own page tells it too. */
async function countFrom(
  tx: Tx,
  world: World,
  actor: Actor,
  locked: LockedOrder,
  receipt: OfflineReceiptRow,
  story: Story,
): Promise<void> {
  const told = [...story.timeline];
  const paymentId = await count(tx, world, actor, locked, receipt, story);
  for (const fact of told) fact.paymentId = paymentId;
}

/** The payment that the money counts by: through the one door for news about money, told by a person. */
async function count(
  tx: Tx,
  world: World,
  actor: Actor,
  locked: LockedOrder,
  receipt: OfflineReceiptRow,
  story: Story,
): Promise<PaymentId> {
  const { order } = locked;
  const now = world.now();
  const payment = await insertPayment(tx, {
    id: newId(world, "pay"),
    orderId: order.id,
    serviceId: null,
    provider: "offline",
    attempt: locked.payments.reduce((most, row) => Math.max(most, row.attempt), 0) + 1,
    paymentType: "debit",
    mode: "live",
    holdMarginHours: 0,
    amountMinor: receipt.amountMinor,
    currency: receipt.currency,
    purpose: receipt.reference,
    language: order.language,
    validUntil: now,
    createdBy: receipt.recordedBy,
    createdAt: now,
  });
  await saveOfflineReceipt(tx, receipt.id, { paymentId: payment.id });
  locked.payments = [...locked.payments, payment];
  story.audits.push({
    actor: auditActor(actor),
    action: "payment.record",
    entity: "payment",
    entityId: payment.id,
    after: { orderId: order.id, attempt: payment.attempt, amount: receipt.amountMinor, receiptId: receipt.id },
  });
  const { kind, receivedOn, reference } = receipt;
  await applyObservation(
    tx,
    world,
    locked,
    payment.id,
    {
      observation: {
        reference: payment.id,
        providerPaymentId: null,
        facts: receivedFacts(receipt.amountMinor),
        asked: { amountMinor: receipt.amountMinor, currency: receipt.currency },
        providerStatus: kind,
        unknownStatus: false,
        wrongAccount: false,
        holdExpiresAt: null,
        details: { method: kind },
        refunds: [],
        providerTime: null,
        eventKey: `recorded:${receipt.id}`,
        raw: { kind, receivedOn, reference },
      },
      source: "person",
      sourceRef: receipt.id,
      actor,
    },
    story,
  );
  return payment.id;
}

/** The link is cancelled once the money is safely written down; should it have been paid this moment, review says so. */
async function afterwards(world: World, actor: Actor, { cancel, ...kept }: Kept): Promise<Result<Recorded, Refusal>> {
  if (!cancel) return ok({ ...kept, link: "none" });
  const cancelled = await cancelPayment(world, actor, cancel, { reason: null });
  if (cancelled.ok) return ok({ ...kept, link: cancelled.value.pending ? "pending" : "cancelled" });
  const code = cancelled.error.kind === "blocked" ? cancelled.error.blocker.code : null;
  const paid = code === "CANCEL_REFUSED" || code === "CANCEL_REFUSED_HOLD" || code === "PROCESSING";
  return ok({ ...kept, link: paid ? "paid" : code === "NOT_LIVE" ? "cancelled" : "failed" });
}

type Decision = {
  tx: Tx;
  locked: LockedOrder;
  receipt: OfflineReceiptRow;
  story: Story;
  by: NonNullable<ReturnType<typeof personOf>>;
};

/** The frame of both decisions: locks, who may, then `act`. */
async function decide<T>(
  world: World,
  actor: Actor,
  receiptId: OfflineReceiptId,
  action: OfflineAction,
  act: (decision: Decision) => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  return transact<T, Refusal>(world.db, async (tx) => {
    const orderId = await findOrderOfOfflineReceipt(tx, receiptId);
    const locked = orderId && (await lockOrder(tx, orderId));
    const receipt = locked && (await lockOfflineReceipt(tx, receiptId));
    if (!locked || !receipt) return refuse(notFound("offline_receipt"));
    const by = personOf(actor);
    invariant(by && actor.role, "a person decides about recorded money");
    const no = offlineBlocker(action, receipt, locked.order.salespersonId, { id: by, role: actor.role });
    if (no) return refuse(blocked(no));
    const story = emptyStory();
    const done = await act({ tx, locked, receipt, story, by });
    if (!done.ok) return done;
    await refreshOrder(tx, locked, {}, world.now(), actor, story);
    await tellStory(tx, story);
    return done;
  });
}

function tellRecorded(story: Story, actor: Actor, number: string, receipt: OfflineReceiptRow): void {
  const amount = moneyView(receipt.amountMinor, receipt.currency);
  story.timeline.push({
    orderId: receipt.orderId,
    kind: receipt.needsApproval ? "payment.recorded_waiting" : "payment.recorded",
    params: { amount, method: receipt.kind, reference: receipt.reference, note: receipt.note },
    actor,
    source: sourceOf(actor),
  });
  if (receipt.needsApproval)
    story.notices.push({
      kind: "approval",
      to: ["finance"],
      except: receipt.recordedBy,
      orderId: receipt.orderId,
      params: { about: "offline", amount, number, by: actor.name },
      dedupeKey: `approval:${receipt.id}`,
    });
  story.audits.push({
    actor: auditActor(actor),
    action: "offline.record",
    entity: "order",
    entityId: receipt.orderId,
    after: {
      receiptId: receipt.id,
      kind: receipt.kind,
      amount: receipt.amountMinor,
      currency: receipt.currency,
      receivedOn: receipt.receivedOn,
      reference: receipt.reference,
      attachmentId: receipt.attachmentId,
      needsApproval: receipt.needsApproval,
    },
    reason: receipt.note,
  });
}

function tellDecision(
  story: Story,
  actor: Actor,
  receipt: OfflineReceiptRow,
  kind: "payment.approved" | "payment.not_approved",
  audit: string,
  { reason }: { reason?: string },
): void {
  story.timeline.push({
    orderId: receipt.orderId,
    kind,
    params: {
      amount: moneyView(receipt.amountMinor, receipt.currency),
      reference: receipt.reference,
      ...(reason ? { reason } : {}),
    },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: audit,
    entity: "order",
    entityId: receipt.orderId,
    before: { receiptId: receipt.id, recordedBy: receipt.recordedBy },
    after: { amount: receipt.amountMinor, currency: receipt.currency },
    reason: reason ?? null,
  });
}
