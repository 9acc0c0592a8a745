import { finishWebhook, type InboxRow, leaveWebhookUnmatched, postponeWebhook } from "#db/queries/inbox";
import { findPaymentWithService, matchPayment } from "#db/queries/payments";
import { noteSynced } from "#db/queries/services";
import type { StatementLine } from "#lib/domain/provider";
import { recordObservation } from "./record-observation.ts";
import { closeWebhookTasks } from "./review-tasks.ts";
import { referenceOf } from "./run-operation.ts";
import { accountOf } from "./service-account.ts";
import { TASK, type World } from "./world.ts";

/** One line for good: the same invoice, saying the same. */
export const lineKey = (line: StatementLine): string =>
  ["statement", line.providerPaymentId, line.providerStatus, line.amountMinor, line.backMinor].join("|");

/** How a line is kept: in our words, amounts as decimal texts. */
export const keptLine = (line: StatementLine): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({ ...line, amountMinor: `${line.amountMinor}`, backMinor: `${line.backMinor}` }),
  );

export function readKeptLine(raw: Uint8Array): StatementLine {
  const kept = JSON.parse(new TextDecoder().decode(raw)) as Record<keyof StatementLine, string | null>;
  return {
    ...(kept as unknown as StatementLine),
    amountMinor: BigInt(kept.amountMinor ?? 0),
    backMinor: BigInt(kept.backMinor ?? 0),
    at: kept.at ? new Date(kept.at) : null,
  };
}

/**
 * Asks the provider about the invoice of a line that says more than our books, and records its answer; the line itself moves no
 * money. One that names no payment of ours is left for a person. Returns whether anything new was learnt.
 */
export async function applyStatementLine(
  world: World,
  { id: inboxId, serviceId, state, raw }: Pick<InboxRow, "id" | "serviceId" | "state" | "raw">,
): Promise<boolean> {
  const { reference, providerPaymentId } = readKeptLine(raw);
  const found = await matchPayment(world.db, serviceId, reference, providerPaymentId);
  const row = found && (await findPaymentWithService(world.db, found.id));
  if (!row) {
    await leaveWebhookUnmatched(world.db, inboxId);
    return state !== "unmatched";
  }
  const { payment, service } = row;
  const account = accountOf(service);
  if (!account.ok) return false;
  const read = await world
    .findProvider(service.provider)
    .readPayment(account.value, { ...referenceOf(payment, world.now()), providerPaymentId });
  if (!read.ok) {
    await postponeWebhook(world.db, inboxId, `confirmation: ${read.error.code}`);
    return false;
  }
  const recorded = await recordObservation(
    world,
    payment.id,
    { observation: read.value, source: "statement", sourceRef: inboxId.toString(), actor: TASK },
    async (tx) => {
      await finishWebhook(tx, inboxId);
      if (state === "unmatched") await closeWebhookTasks(tx, world, inboxId, TASK);
    },
  );
  await noteSynced(world.db, serviceId);
  return recorded.ok && recorded.value.moved;
}
