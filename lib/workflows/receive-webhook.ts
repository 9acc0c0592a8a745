import { finishWebhook, type InboxRow, keepWebhook, leaveWebhookUnmatched, postponeWebhook } from "#db/queries/inbox";
import { findPaymentOfStray, findPaymentWithService, type MatchedPayment, matchPayment } from "#db/queries/payments";
import { findService, noteWebhook } from "#db/queries/services";
import { sendAhead } from "#db/transact";
import { isId, type PaymentId, type PaymentServiceId } from "#lib/domain/ids";
import type { VerifiedWebhook } from "#lib/domain/provider";
import { log } from "#lib/log";
import { recordObservation } from "./record-observation.ts";
import { closeWebhookTasks } from "./review-tasks.ts";
import { referenceOf } from "./run-operation.ts";
import { accountOf } from "./service-account.ts";
import type { Actor, World } from "./world.ts";

export type WebhookAnswer = { status: 200 | 400 | 401 | 404 | 503 };

/** How old the service's "last webhook" may be before it is written again (see {@link noteWebhook}). */
const NOTED_EACH_MS = 10_000;

/**
 * A provider's message: signature over the raw bytes, then kept in the inbox (its identity is unique for good), then
 * applied. 200 means kept; what could not be applied at once is finished by the task. A missing key or secret refuses.
 */
export async function receiveWebhook(
  world: World,
  serviceId: string,
  rawBody: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<WebhookAnswer> {
  if (!isId("svc", serviceId)) return { status: 404 };
  const service = await findService(world.db, serviceId);
  if (!service) return { status: 404 };
  const account = accountOf(service);
  if (!account.ok) {
    log.error("webhook.not_configured", { serviceId, code: account.error.code });
    return { status: 503 };
  }
  const verified = await world.findProvider(service.provider).readWebhook(account.value, rawBody, headers);
  if (!verified.ok) {
    log.warn("webhook.refused", { serviceId, provider: service.provider, code: verified.error });
    const statuses = {
      bad_signature: 401,
      malformed: 400,
      not_ours: 400,
      not_configured: 503,
      unavailable: 503,
    } as const;
    return { status: statuses[verified.error] };
  }

  const { observation } = verified.value;
  const kept = await keepWebhook(
    world.db,
    {
      serviceId,
      eventKey: verified.value.eventKey,
      reference: observation.reference ?? observation.providerPaymentId,
      headers: keptHeaders(headers),
      raw: rawBody,
    },
    observation,
  );
  if (kept.state === "applied" || kept.state === "quarantined") return { status: 200 };
  const { lastWebhookAt } = service;
  await applyInboxRow(world, { ...kept, serviceId: service.id }, verified.value, {
    match: kept.payment,
    lastWebhookAt,
  });
  return { status: 200 };
}

/**
 * Applies a kept webhook. Signatures made with a shared secret are confirmed by a status question before money counts; for a
 * row found again by the task (`webhook` null) the question alone counts. Returns whether the row is finished.
 */
export async function applyInboxRow(
  world: World,
  { id: inboxId, serviceId, state }: { id: bigint; serviceId: PaymentServiceId; state: InboxRow["state"] },
  webhook: VerifiedWebhook | { reference: string; confirmByStatus: true; boundIdSuffices?: false; observation: null },
  known: { match?: MatchedPayment | null; lastWebhookAt?: Date | null } = {},
): Promise<boolean> {
  const actor: Actor = { kind: "webhook", id: inboxId.toString(), name: "webhook", role: null, requestId: null };
  const reference = webhook.observation ? webhook.observation.reference : webhook.reference;
  const providerId = webhook.observation ? webhook.observation.providerPaymentId : webhook.reference;
  const found = known.match ?? (await matchPayment(world.db, serviceId, reference, providerId));
  if (!found) {
    await leaveWebhookUnmatched(world.db, inboxId);
    return false;
  }
  let observation = webhook.observation;
  const bound = found.providerPaymentId !== null && found.providerPaymentId === providerId;
  if (observation === null || (webhook.confirmByStatus && !(webhook.boundIdSuffices && bound))) {
    const row = await findPaymentWithService(world.db, found.id);
    const account = row ? accountOf(row.service) : null;
    if (!row || !account?.ok) return false;
    const read = await world
      .findProvider(row.service.provider)
      // Asked by the webhook's own invoice: one of ours whose creation went unanswered is found, a stranger's is not.
      .readPayment(account.value, {
        ...referenceOf(row.payment, world.now()),
        ...(webhook.observation && providerId ? { providerPaymentId: providerId } : {}),
      });
    if (!read.ok) {
      await postponeWebhook(world.db, inboxId, `confirmation: ${read.error.code}`);
      return false;
    }
    observation = read.value;
  }
  const recorded = await recordObservation(
    world,
    found.id,
    { observation, source: "webhook", sourceRef: inboxId.toString(), actor },
    async (tx) => {
      await sendAhead(tx, finishWebhook(tx, inboxId));
      if (state === "unmatched") await closeWebhookTasks(tx, world, inboxId, actor);
    },
  );
  if (!recorded.ok) return false;
  const told = webhook.observation?.providerPaymentId ?? null;
  if (told !== recorded.value.providerPaymentId) await removeStray(world, found.id, told);
  // A time that lies ahead is another clock's: then the database decides.
  const age = world.now().getTime() - (known.lastWebhookAt?.getTime() ?? 0);
  if (age < 0 || age > NOTED_EACH_MS) await noteWebhook(world.db, serviceId);
  return true;
}

/**
 * An unpaid invoice of an attempt that already has its link: the answer to its creation was lost, and it was made again.
 * Nobody was ever shown it; it is removed so that one payable link is left. Should that fail, it dies at its validity, and
 * money on it would be matched to the same attempt.
 */
async function removeStray(world: World, paymentId: PaymentId, providerPaymentId: string | null): Promise<void> {
  if (!providerPaymentId) return;
  const row = await findPaymentOfStray(world.db, paymentId, providerPaymentId);
  const account = row ? accountOf(row.service) : null;
  if (!row || !account?.ok) return;
  const removed = await world
    .findProvider(row.service.provider)
    .cancelLink?.(account.value, { ...referenceOf(row.payment, world.now()), providerPaymentId });
  log.warn("payment.stray_invoice", {
    paymentId,
    provider: row.service.provider,
    state: removed?.ok ? "removed" : "left",
  });
}

/** What support may need of a delivery; nothing that authenticates anybody. */
function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = ["content-type", "content-length", "user-agent", "x-sign"];
  return Object.fromEntries(names.flatMap((name) => (headers[name] ? [[name, headers[name].slice(0, 500)]] : [])));
}
