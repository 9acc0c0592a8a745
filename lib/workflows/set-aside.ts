import { quarantineWebhook } from "#db/queries/inbox";
import { lockOrderOfPayment } from "#db/queries/order-locks";
import { matchPayment, savePayment } from "#db/queries/payments";
import { findService } from "#db/queries/services";
import { transact } from "#db/transact";
import type { OperationId, PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { ok } from "#lib/domain/result";
import { WORK_INTERRUPTED } from "#lib/domain/review";
import { log } from "#lib/log";
import { refreshAfterNews } from "./cancel-cascade.ts";
import { notify } from "./notify.ts";
import { raiseOutcomeUnknown } from "./outcome-unknown.ts";
import { leaveToPerson } from "./run-operation.ts";
import { emptyStory, tellStory } from "./story.ts";
import { TASK, type World } from "./world.ts";

const INTERRUPTED = { code: WORK_INTERRUPTED, message: null };

/** A message that cannot be dealt with: it stays kept, its payment is asked about at once, and people are told. */
export async function setAsideWebhook(
  world: World,
  webhook: { id: bigint; serviceId: PaymentServiceId; reference: string | null; attempts: number },
): Promise<void> {
  const { id, serviceId, reference, attempts } = webhook;
  log.error("webhook.set_aside", { inboxId: id, serviceId, attempt: attempts });
  const service = await findService(world.db, serviceId);
  const about = await matchPayment(world.db, serviceId, reference, reference);
  await transact<void, never>(world.db, async (tx) => {
    await quarantineWebhook(tx, id);
    if (about) await savePayment(tx, about.id, { nextSyncAt: world.now() });
    await notify(tx, {
      kind: "provider_problem",
      to: ["admin", "finance"],
      params: { how: "set_aside", service: service?.name ?? "", serviceId, number: attempts },
      dedupeKey: `set_aside:${id}`,
    });
    return ok(undefined);
  });
}

/** A call that was never dealt with to its end: from here on it is a person's. */
export async function setAsideOperation(
  world: World,
  { id, paymentId }: { id: OperationId; paymentId: PaymentId },
): Promise<void> {
  log.error("operation.set_aside", { operationId: id, paymentId });
  await transact<null, never>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, paymentId);
    const payment = locked?.payments.find((row) => row.id === paymentId);
    const operation = locked?.operations.find((row) => row.id === id);
    if (!locked || !payment || !operation) return ok(null);
    const story = emptyStory();
    await leaveToPerson(tx, world, locked, operation, payment, INTERRUPTED, TASK, story);
    await refreshAfterNews(tx, world, locked, TASK, story);
    await tellStory(tx, story);
    return ok(null);
  });
}

/** A payment that cannot be asked about: the task leaves it alone until a person has looked. */
export async function setAsidePayment(world: World, id: PaymentId): Promise<void> {
  log.error("payment.set_aside", { paymentId: id });
  await transact<null, never>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, id);
    const payment = locked?.payments.find((row) => row.id === id);
    if (!locked || !payment) return ok(null);
    const story = emptyStory();
    await raiseOutcomeUnknown(tx, world, payment, { operation: null, ...INTERRUPTED }, TASK, story);
    await savePayment(tx, id, { nextSyncAt: null, lockedUntil: null });
    await refreshAfterNews(tx, world, locked, TASK, story);
    await tellStory(tx, story);
    return ok(null);
  });
}
