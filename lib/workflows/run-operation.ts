import type { Tx } from "#db/client";
import {
  claimOperation,
  findOperationState,
  leaveOperationUnknown,
  postponeOperation,
  settleOperation,
} from "#db/queries/operations";
import { type LockedOrder, lockOrder, type OperationRow } from "#db/queries/order-locks";
import { findOrderForLink } from "#db/queries/orders";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import { findPaymentWithService, type PaymentWithService, savePayment } from "#db/queries/payments";
import type { ServiceRow } from "#db/queries/services";
import { transact } from "#db/transact";
import type { OperationId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import { moneyView } from "#lib/domain/money";
import { everHadMoney, type MoneyFacts } from "#lib/domain/payment";
import type {
  Accepted,
  CreatedLink,
  LinkRequest,
  Observation,
  PaymentProvider,
  PaymentReference,
  ProviderFailure,
  ServiceAccount,
} from "#lib/domain/provider";
import { ok, type Result, refuse } from "#lib/domain/result";
import { askAgainAfterMs } from "#lib/domain/sync-plan";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { refreshAfterNews } from "./cancel-cascade.ts";
import { isPastAsking, raiseOutcomeUnknown } from "./outcome-unknown.ts";
import { paths } from "./provider-addresses.ts";
import { applyObservation, recordObservation } from "./record-observation.ts";
import { refreshAttached } from "./refresh-attached.ts";
import { accountOf } from "./service-account.ts";
import { noteAndTellRefusedCredentials } from "./staff-notices.ts";
import { emptyStory, type Story, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Longer than the provider client's total deadline (15 s): who holds the claim past it is dead. */
const CLAIM_SECONDS = 20;

type Claimed = PaymentWithService & { operation: OperationRow; tried: boolean };

/** How an operation stands after a try. `pending`: the outcome is not known, or the provider has only accepted it. */
export type OperationOutcome =
  | { state: "confirmed" | "resolved" }
  | { state: "pending" }
  | { state: "rejected"; failure: ProviderFailure };

/**
 * Carries out one planned provider operation, or settles one whose answer was lost: the same function for the request that
 * planned it and for the task that finds it. What may have been done before is asked about first, never sent blindly.
 * Null when somebody else is at it.
 */
export async function runOperation(world: World, id: OperationId, actor: Actor): Promise<OperationOutcome | null> {
  const claimed = await claim(world, id);
  if (!claimed) return settledAs(world.db, id);
  const { operation, payment, service, tried } = claimed;
  const account = accountOf(service);
  if (!account.ok)
    return finish(
      world,
      claimed,
      actor,
      refuse(ours(account.error.code, "The service's credentials cannot be used.", true)),
      0,
    );
  const provider = world.findProvider(service.provider);

  if (tried) {
    const settled = await settleByAsking(world, claimed, provider, account.value, actor);
    if (settled) return settled;
  }
  const started = performance.now();
  const answer = await send(world, claimed, provider, account.value);
  const ms = Math.round(performance.now() - started);
  log.info("provider.operation", {
    operationId: id,
    paymentId: payment.id,
    orderId: payment.orderId,
    provider: payment.provider,
    operation: operation.kind,
    ms,
    state: answer.ok ? "ok" : answer.error.kind,
    ...(answer.ok ? {} : { code: answer.error.code }),
  });
  return finish(world, claimed, actor, answer, ms);
}

/** Marks the operation as sent before anything leaves, so that a crash from here on is a question, not a repetition. */
async function claim(world: World, id: OperationId): Promise<Claimed | null> {
  const operation = await claimOperation(world.db, id, CLAIM_SECONDS);
  if (!operation) return null;
  const row = await findPaymentWithService(world.db, operation.paymentId);
  invariant(row, "an operation has a payment and a service");
  return { operation, ...row, tried: operation.attempts > 1 };
}

/** Reads the truth first. An outcome when the facts answer the question, else null: the call may be sent (again). */
async function settleByAsking(
  world: World,
  claimed: Claimed,
  provider: PaymentProvider,
  account: ServiceAccount,
  actor: Actor,
): Promise<OperationOutcome | null> {
  const { operation, payment } = claimed;
  if (operation.kind === "create_link") {
    // A link whose answer was lost is shown to nobody. Where a webhook has named it since, it is removed before the next
    // one is made, so that one payable link is left; a provider that needs no call makes the very same link again.
    if (payment.providerPaymentId === null || provider.cancelLink === undefined) return null;
    const read = await provider.readPayment(account, referenceOf(payment, world.now()));
    if (!read.ok) return unknown(world, claimed, read.error, actor);
    if (everHadMoney({ ...factsOf(payment), ...read.value.facts }))
      return settleWith(world, claimed, read.value, actor);
    const removed = await provider.cancelLink(account, referenceOf(payment, world.now()));
    return removed.ok || removed.error.kind === "rejected" ? null : unknown(world, claimed, removed.error, actor);
  }
  const read = await provider.readPayment(account, referenceOf(payment, world.now()));
  if (!read.ok) return unknown(world, claimed, read.error, actor);
  return settleWith(world, claimed, read.value, actor);
}

/** Records what the provider says; an outcome when that settles the operation, null when the call had no effect yet. */
async function settleWith(
  world: World,
  claimed: Claimed,
  observation: Observation,
  actor: Actor,
): Promise<OperationOutcome | null> {
  const { operation, payment } = claimed;
  await recordObservation(world, payment.id, { observation, source: "status", sourceRef: operation.id, actor });
  const settled = await settledAs(world.db, operation.id);
  if (settled) return settled;
  // Accepted before, and the bank is still at it: keep asking, never send twice.
  if (operation.code === "accepted") return unknown(world, claimed, null, actor);
  return null;
}

/** How the facts have settled an operation; null while they have not. */
async function settledAs(db: World["db"] | Tx, id: OperationId): Promise<OperationOutcome | null> {
  const now = await findOperationState(db, id);
  if (now?.state === "confirmed") return { state: "resolved" };
  return now?.state === "rejected"
    ? { state: "rejected", failure: ours(now.code ?? "rejected", now.message ?? "", false) }
    : null;
}

function send(
  world: World,
  { operation, payment, service }: Claimed,
  provider: PaymentProvider,
  account: ServiceAccount,
): Promise<Result<CreatedLink | Accepted, ProviderFailure>> {
  const reference = referenceOf(payment, world.now());
  const unsupported = async () => refuse(ours("not_supported", "This payment service cannot do that.", false));
  switch (operation.kind) {
    case "create_link":
      return linkRequest(world, payment, service).then((request) =>
        request
          ? provider.createLink(account, request)
          : refuse(ours("validity_over", "The link's time was over before it could be created.", false)),
      );
    case "cancel_link":
      return provider.cancelLink?.(account, reference) ?? unsupported();
    case "finalize":
      invariant(operation.amountMinor, "a finalization has an amount");
      return provider.finalizeHold?.(account, reference, operation.amountMinor, operation.id) ?? unsupported();
    case "release_hold":
      return provider.releaseHold?.(account, reference, operation.id) ?? unsupported();
    case "refund":
      invariant(operation.amountMinor, "a refund has an amount");
      return provider.refund?.(account, reference, operation.amountMinor, operation.id) ?? unsupported();
  }
}

/** What is sent for a link: all of it frozen in the payment's row, so a repetition asks for the very same. */
async function linkRequest(world: World, payment: PaymentRow, service: ServiceRow): Promise<LinkRequest | null> {
  if (payment.validUntil.getTime() <= world.now().getTime()) return null;
  const row = await findOrderForLink(world.db, payment.orderId);
  invariant(row, "a payment has an order");
  return {
    paymentId: payment.id,
    reference: payment.id,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    orderNumber: row.number,
    purpose: payment.purpose,
    basket: basketOf(payment),
    language: payment.language,
    expiresAt: payment.validUntil,
    now: world.now(),
    ...paths(env().appUrl, service.id, row.payToken),
    customer: {
      name: row.customer?.name ?? "",
      email: row.customer?.email ?? null,
      phone: row.customer?.phone ?? null,
    },
  };
}

/** How the adapter finds a payment and reads its answers. */
export const referenceOf = (payment: PaymentRow, now: Date): PaymentReference => ({
  reference: payment.id,
  providerPaymentId: payment.providerPaymentId,
  amountMinor: payment.amountMinor,
  currency: payment.currency,
  paymentType: payment.paymentType,
  known: factsOf(payment),
  cancelRequested: payment.cancelRequestedAt !== null,
  finalizeRequestedMinor: payment.finalizeRequestedMinor,
  basket: basketOf(payment),
  expiresAt: payment.expiresAt ?? payment.validUntil,
  now,
});

/** The one line that stands for the link's sum where goods must add up to it; the same at create, capture and refund. */
const basketOf = (payment: PaymentRow) => ({ name: payment.purpose.slice(0, 120), code: "prepayment" });

/** Writes the outcome: what the provider said, what follows for payment and order, and when to ask again if it said nothing. */
async function finish(
  world: World,
  { operation, payment, service }: Claimed,
  actor: Actor,
  answer: Result<CreatedLink | Accepted, ProviderFailure>,
  ms: number,
): Promise<OperationOutcome> {
  let stray: string | null = null;
  const result = await transact<OperationOutcome, never>(world.db, async (tx) => {
    stray = null;
    const locked = await lockOrder(tx, payment.orderId);
    invariant(locked, "an operation has an order");
    const row = locked.payments.find((candidate) => candidate.id === payment.id);
    const live = locked.operations.find((candidate) => candidate.id === operation.id);
    invariant(row, "an operation has a payment");
    // A webhook may have settled it while we were calling, either way.
    if (!live) return ok((await settledAs(tx, operation.id)) ?? { state: "resolved" });

    const story = emptyStory();
    const say = (
      kind: (typeof story.timeline)[number]["kind"],
      params: NonNullable<(typeof story.timeline)[number]["params"]>,
    ) =>
      story.timeline.push({
        orderId: row.orderId,
        paymentId: row.id,
        kind,
        params: { attempt: row.attempt, provider: row.provider, ...params },
        actor,
        source: "bank",
      });
    const observe = (observation: Observation) =>
      applyObservation(
        tx,
        world,
        locked,
        row.id,
        { observation, source: "action", sourceRef: operation.id, actor },
        story,
      );

    let outcome: OperationOutcome;
    if (answer.ok && operation.kind === "create_link") {
      const link = answer.value as CreatedLink;
      await settleOperation(tx, operation.id, { state: "confirmed", code: "created", message: null, durationMs: ms });
      locked.operations = locked.operations.filter((candidate) => candidate.id !== operation.id);
      // A webhook may have named an earlier invoice of this attempt whose answer was lost; the link handed out is this one.
      const handed = {
        url: link.url,
        expiresAt: link.expiresAt,
        providerPaymentId: link.providerPaymentId ?? row.providerPaymentId,
      };
      const namedMeanwhile = row.providerPaymentId !== payment.providerPaymentId;
      if (namedMeanwhile && row.providerPaymentId !== handed.providerPaymentId) stray = row.providerPaymentId;
      await savePayment(tx, row.id, handed);
      Object.assign(row, handed);
      await observe(
        synthetic(operation, "link created", { progress: "pending" }, link.providerPaymentId, `create:${operation.id}`),
      );
      say("link.created", {
        amount: moneyView(row.amountMinor, row.currency),
        expiresAt: link.expiresAt.toISOString(),
      });
      outcome = { state: "confirmed" };
    } else if (answer.ok) {
      const { observation } = answer.value as Accepted;
      await postponeOperation(tx, operation.id, {
        state: "sent",
        code: "accepted",
        message: null,
        nextAttemptAt: new Date(world.now().getTime() + 3_000),
        durationMs: ms,
      });
      if (observation) await observe(observation);
      if (operation.kind === "cancel_link")
        await observe(synthetic(operation, "link cancelled", { ended: "cancelled" }, null, `cancel:${operation.id}`));
      const settled = !locked.operations.some((candidate) => candidate.id === operation.id);
      outcome = { state: settled ? "confirmed" : "pending" };
    } else if (answer.error.kind === "rejected" && !answer.error.alreadyDone) {
      const { code, message } = answer.error;
      await settleOperation(tx, operation.id, { state: "rejected", code, message, durationMs: ms });
      locked.operations = locked.operations.filter((candidate) => candidate.id !== operation.id);
      if (operation.kind === "create_link") {
        await observe({
          ...synthetic(operation, `refused: ${code}`, { ended: "failed" }, null, `refused:${operation.id}`),
          details: { failureCode: code, failureReason: message },
        });
        say("link.refused", { code, message });
      } else if (operation.kind === "finalize") {
        // Nothing was taken: a later capture is compared with nothing of ours.
        await savePayment(tx, row.id, { finalizeRequestedMinor: null });
        row.finalizeRequestedMinor = null;
        say("finalize.refused", { code, message });
      } else if (operation.kind === "release_hold") say("release_hold.refused", { code, message });
      else if (operation.kind === "refund") say("refund.refused", { code, message });
      if (answer.error.credentials && row.serviceId)
        await noteAndTellRefusedCredentials(tx, row.serviceId, message || code);
      outcome = { state: "rejected", failure: answer.error };
    } else if (isPastAsking(live, row, world.now())) {
      await leaveToPerson(tx, world, locked, live, row, answer.error, actor, story);
      outcome = { state: "pending" };
    } else {
      // Unavailable, unknown, or "done before": the truth is asked for, by the plan.
      const wait = Math.max(askAgainAfterMs(live.attempts), (answer.error.retryAfterSeconds ?? 0) * 1000);
      await postponeOperation(tx, operation.id, {
        state: "unknown",
        code: answer.error.code,
        message: answer.error.message,
        nextAttemptAt: new Date(world.now().getTime() + (answer.error.alreadyDone ? 1_000 : wait)),
        durationMs: ms,
      });
      if (live.attempts === 1 && operation.kind === "create_link") say("link.unknown", { code: answer.error.code });
      if (live.attempts === 1 && operation.kind === "finalize") say("finalize.unknown", { code: answer.error.code });
      outcome = { state: "pending" };
    }
    await refreshAfterNews(tx, world, locked, actor, story);
    await tellStory(tx, story);
    return ok(outcome);
  });
  invariant(result.ok, "an outcome is never refused");
  if (stray !== null) {
    // Nobody was shown it. Should this fail, it dies at its validity, and money on it would be matched to the same attempt.
    const account = accountOf(service);
    const provider = world.findProvider(payment.provider);
    if (account.ok)
      await provider.cancelLink?.(account.value, { ...referenceOf(payment, world.now()), providerPaymentId: stray });
  }
  if (operation.kind === "refund" && answer.ok) await refreshAttached(world, payment.id, actor);
  return result.value;
}

/** Could not ask either: by the plan again, until days after the link's end; then a person looks. */
async function unknown(
  world: World,
  { operation, payment }: Claimed,
  failure: ProviderFailure | null,
  actor: Actor,
): Promise<OperationOutcome> {
  if (!isPastAsking(operation, payment, world.now())) {
    const wait = Math.max(askAgainAfterMs(operation.attempts), (failure?.retryAfterSeconds ?? 0) * 1000);
    await leaveOperationUnknown(world.db, operation.id, new Date(world.now().getTime() + wait), failure);
    return { state: "pending" };
  }
  await transact<null, never>(world.db, async (tx) => {
    const locked = await lockOrder(tx, payment.orderId);
    const row = locked?.payments.find((candidate) => candidate.id === payment.id);
    const live = locked?.operations.find((candidate) => candidate.id === operation.id);
    if (!locked || !row || !live) return ok(null);
    const story = emptyStory();
    await leaveToPerson(tx, world, locked, live, row, failure, actor, story);
    await refreshAfterNews(tx, world, locked, actor, story);
    await tellStory(tx, story);
    return ok(null);
  });
  return { state: "pending" };
}

/** Asked for days and not learnt: the call is no longer asked about, and the review desk has it with what was said last. */
export async function leaveToPerson(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  operation: OperationRow,
  payment: PaymentRow,
  failure: { code: string; message: string | null } | null,
  actor: Actor,
  story: Story,
): Promise<void> {
  const code = failure?.code ?? operation.code ?? "no_answer";
  const message = failure?.message || operation.message;
  await settleOperation(tx, operation.id, { state: "needs_review", code, message });
  locked.operations = locked.operations.filter((candidate) => candidate.id !== operation.id);
  await raiseOutcomeUnknown(tx, world, payment, { operation, code, message }, actor, story);
}

/** A fact that follows from our own command's answer, in the shape of a report, so that it enters by the same door. */
function synthetic(
  operation: OperationRow,
  word: string,
  facts: Partial<MoneyFacts>,
  providerPaymentId: string | null,
  eventKey: string,
): Observation {
  return {
    reference: operation.paymentId,
    providerPaymentId,
    facts,
    asked: null,
    providerStatus: word,
    unknownStatus: false,
    wrongAccount: false,
    holdExpiresAt: null,
    details: {},
    refunds: [],
    providerTime: null,
    eventKey,
    raw: {},
  };
}

const ours = (code: string, message: string, credentials: boolean): ProviderFailure => ({
  kind: "rejected",
  code,
  message,
  credentials,
});
