import { lockUnreported, type UnmatchedWebhook, unmatchedTwins } from "#db/queries/inbox";
import { findService } from "#db/queries/services";
import { transact } from "#db/transact";
import { isCurrency, moneyView } from "#lib/domain/money";
import { mostSeenMinor, NO_FACTS } from "#lib/domain/payment";
import type { StatementLine } from "#lib/domain/provider";
import { ok } from "#lib/domain/result";
import { MATCH_FOR_MINUTES } from "#lib/domain/review";
import { openTask } from "./review-tasks.ts";
import { accountOf } from "./service-account.ts";
import { readKeptLine } from "./statement-line.ts";
import type { Actor, World } from "./world.ts";

/** Received before this moment and matched by nothing: not merely early. */
export const matchedBefore = (world: World): Date => new Date(world.now().getTime() - MATCH_FOR_MINUTES * 60_000);

/**
 * A webhook with a good signature that has found no payment for an hour: money may be waiting at a provider of which nobody
 * here knows. One task for all that was told of one payment. It goes on being looked for, and the task closes itself when
 * one is found after all.
 */
export async function reportUnmatchedWebhook(world: World, webhook: UnmatchedWebhook, actor: Actor): Promise<boolean> {
  const said = await Promise.all((await unmatchedTwins(world.db, webhook)).map((twin) => readAgain(world, twin)));
  // What tells of the most money is what a person needs.
  const [details = {}] = said.toSorted((a, b) => Number(b.seenMinor - a.seenMinor)).map(({ told }) => told);
  await transact<null, never>(world.db, async (tx) => {
    if (!(await lockUnreported(tx, webhook))) return ok(null);
    await openTask(tx, world, actor, "unmatched_webhook", { inboxId: webhook.id, details });
    return ok(null);
  });
  return true;
}

/** What the kept bytes say, in our words; its names alone where they can no longer be read (keys were changed since). */
async function readAgain(
  world: World,
  { serviceId, source, reference, raw, headers }: UnmatchedWebhook,
): Promise<{ seenMinor: bigint; told: Record<string, unknown> }> {
  if (source === "statement") return readLineAgain(readKeptLine(raw));
  const service = await findService(world.db, serviceId);
  const account = service ? accountOf(service) : null;
  const nothing = { reference, providerPaymentId: null, amount: null, providerStatus: null, maskedCard: null };
  if (!service || !account?.ok) return { seenMinor: -1n, told: nothing };
  const read = await world.findProvider(service.provider).readWebhook(account.value, raw, headers);
  if (!read.ok) return { seenMinor: -1n, told: nothing };
  const { asked, facts, details, providerStatus, providerPaymentId, ...rest } = read.value.observation;
  const currency = asked?.currency ?? service.currency;
  const seenMinor = mostSeenMinor({ ...NO_FACTS, ...facts });
  const amountMinor = seenMinor || asked?.amountMinor || null;
  return {
    seenMinor,
    told: {
      reference: rest.reference ?? reference,
      providerPaymentId,
      amount: amountMinor && isCurrency(currency) ? moneyView(amountMinor, currency) : null,
      providerStatus,
      maskedCard: details.maskedCard ?? null,
    },
  };
}

function readLineAgain(line: StatementLine): { seenMinor: bigint; told: Record<string, unknown> } {
  const { reference, providerPaymentId, providerStatus, maskedCard, amountMinor, backMinor, currency } = line;
  const left = amountMinor - backMinor;
  return {
    seenMinor: left,
    told: {
      reference,
      providerPaymentId,
      amount: isCurrency(currency) ? moneyView(left, currency) : null,
      providerStatus,
      maskedCard,
    },
  };
}
