import { lockOrder } from "#db/queries/order-locks";
import { findPayableLink, findPayment } from "#db/queries/payments";
import { transact } from "#db/transact";
import type { OperationId, OrderId, PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import { missingOf, securedOf } from "#lib/domain/order";
import { orderBlocker } from "#lib/domain/order-actions";
import { isLive } from "#lib/domain/payment";
import { blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { cancelPayment } from "./cancel-payment.ts";
import { extrasOf } from "./order-extras.ts";
import { planLink } from "./plan-link.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { isPayableAgain, retireDeclinedLink } from "./retire-declined-link.ts";
import { runOperation } from "./run-operation.ts";
import { emptyStory, tellStory } from "./story.ts";
import { askBeforeWithdrawing } from "./withdraw-link.ts";
import type { Actor, World } from "./world.ts";

export type NewLinkInput = {
  paymentServiceId?: PaymentServiceId | null | undefined;
  /** Ask for the rest of the order, not only for what the gate is missing. */
  forBalance?: boolean | undefined;
  /** Cancel the live link first; if it was just paid, that stands and no new link is made. */
  replace?: boolean | undefined;
  /** Send it to the customer, whatever the company sends by itself; written with the link, so that neither is without the other. */
  tellCustomer?: boolean | undefined;
};

/**
 * The next attempt, for exactly what is missing, at the order's service or the one named. Refused while a link is live,
 * unless it is to be replaced; a declined one that could be paid again is taken back first. A repeated wish within the same
 * moment finds the link that is being created.
 */
export async function requestNewLink(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: NewLinkInput,
): Promise<Result<{ orderId: OrderId; paymentId: PaymentId; pending: boolean }, Refusal>> {
  if (input.replace) {
    const needless = await whyNotNeeded(world, orderId, input.forBalance === true);
    if (!needless.ok) return needless;
    const live = await findPayableLink(world.db, orderId);
    const gone = live && (await endLiveLink(world, actor, live));
    if (gone && !gone.ok) return gone;
  }
  type Planned =
    | { paymentId: PaymentId; operationId: OperationId | null }
    | { declined: PaymentId }
    | { over: PaymentId };
  const retired = new Set<PaymentId>();
  const asked = new Set<PaymentId>();
  const plan = () =>
    transact<Planned, Refusal>(world.db, async (tx) => {
      const locked = await lockOrder(tx, orderId);
      if (!locked) return refuse(notFound("order"));
      const creating = locked.payments.find((row) => row.state === "creating");
      if (creating) return ok({ paymentId: creating.id, operationId: null });

      const { extras, service } = await extrasOf(tx, world, locked, input.paymentServiceId ?? locked.order.serviceId);
      const rows = paymentsForGate(locked);
      const facts = lockedForGate(locked);
      const wanted = input.forBalance ? { ...facts, requiredMinor: facts.totalMinor } : facts;
      const no = orderBlocker("new_link", wanted, rows, extras);
      if (no) return refuse(blocked(no));
      if (!service) return refuse(blocked(blocker("NO_SERVICE", "new_link", "sales", ["edit_order"])));
      if (!service.enabled || service.credentialsProblemAt !== null || !service.credentialsComplete)
        return refuse(
          blocked(
            blocker(
              service.enabled ? "SERVICE_CREDENTIALS" : "SERVICE_DISABLED",
              "new_link",
              "admin",
              ["open_settings"],
              {
                provider: service.name,
              },
            ),
          ),
        );
      if (service.currency !== locked.order.currency)
        return refuse(
          blocked(
            blocker("SERVICE_CURRENCY", "new_link", "sales", ["edit_order"], {
              provider: service.name,
              currency: service.currency,
            }),
          ),
        );

      const over = locked.payments.find((row) => isLive(row.state));
      if (over && asked.has(over.id))
        return refuse(
          blocked(blocker("LINK_LIVE", "new_link", "sales", ["sync", "cancel_payment"], { paymentId: over.id })),
        );
      if (over) return ok({ over: over.id });
      const declined = locked.payments.find((row) => !retired.has(row.id) && isPayableAgain(world, row));
      if (declined) return ok({ declined: declined.id });
      const story = emptyStory();
      const missing = missingOf(wanted.requiredMinor, securedOf(facts, rows));
      const isFirst = locked.payments.length === 0;
      const link = await planLink(tx, world, locked, service, missing, actor, story);
      if (input.tellCustomer) {
        const { paymentId } = link;
        const kind = isFirst ? "payment_request" : "expired_new_link";
        // Under the name that the same message has where it goes by itself: it is sent once.
        story.messages.push({ kind, orderId, paymentId, dedupeKey: `${kind}:${paymentId}` });
      }
      await refreshOrder(tx, locked, {}, world.now(), actor, story);
      await tellStory(tx, story);
      return ok(link);
    });
  let planned = await plan();
  while (planned.ok && !("operationId" in planned.value)) {
    if ("over" in planned.value) {
      const { over } = planned.value;
      asked.add(over);
      const answer = await askBeforeWithdrawing(world, actor, over, "new_link");
      if (!answer.ok) return answer;
    } else {
      const { declined } = planned.value;
      retired.add(declined);
      const gone = await retireDeclinedLink(world, actor, declined, "new_link");
      if (!gone.ok) return gone;
    }
    planned = await plan();
  }
  if (!planned.ok) return planned;
  invariant("operationId" in planned.value, "no ended or declined link is left");
  const { paymentId, operationId } = planned.value;
  if (!operationId) return ok({ orderId, paymentId, pending: true });
  const outcome = await runOperation(world, operationId, actor);
  if (outcome?.state === "rejected")
    return refuse(
      blocked(
        blocker(
          "PROVIDER_REFUSED",
          "new_link",
          outcome.failure.credentials ? "admin" : "sales",
          ["new_link", "open_settings"],
          {
            code: outcome.failure.code,
            message: outcome.failure.message,
            paymentId,
          },
        ),
      ),
    );
  return ok({ orderId, paymentId, pending: outcome === null || outcome.state === "pending" });
}

/**
 * The old link goes before a new one is made: cancelled and confirmed, or, where its provider cannot cancel, withdrawn after
 * the provider has said that it is not paid. Without that answer nothing new is made, and the refusal says what to do.
 */
async function endLiveLink(world: World, actor: Actor, paymentId: PaymentId): Promise<Result<null, Refusal>> {
  const payment = await findPayment(world.db, paymentId);
  if (!payment) return refuse(notFound("payment"));
  if (!world.findProvider(payment.provider).capabilities.cancelUnpaidLink) {
    const asked = await askBeforeWithdrawing(world, actor, paymentId, "new_link");
    if (!asked.ok) return asked;
  }
  const cancelled = await cancelPayment(world, actor, paymentId, { reason: null });
  if (!cancelled.ok) return cancelled;
  const { provider } = payment;
  return cancelled.value.pending
    ? refuse(
        blocked(
          blocker("OPERATION_RUNNING", "new_link", "sales", ["sync"], {
            operation: "cancel_link",
            provider,
            paymentId,
          }),
        ),
      )
    : ok(null);
}

/** A link is not taken away for a new one that could not be made: nothing is missing, so nothing would take its place. */
async function whyNotNeeded(world: World, orderId: OrderId, forBalance: boolean): Promise<Result<null, Refusal>> {
  return transact<null, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const facts = lockedForGate(locked);
    const wanted = forBalance ? facts.totalMinor : facts.requiredMinor;
    return missingOf(wanted, securedOf(facts, paymentsForGate(locked))) === 0n
      ? refuse(blocked(blocker("NOTHING_MISSING", "new_link", "sales", ["wait"])))
      : ok(null);
  });
}
