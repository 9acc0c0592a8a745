import { type PayAttempt, payFactsOfOrder } from "#db/queries/pay-page";
import { claimForQuestion, shortenClaim } from "#db/queries/payments";
import type { OrderId } from "#lib/domain/ids";
import { everHadMoney } from "#lib/domain/payment";
import { syncPayment } from "./sync-payment.ts";
import type { Actor, World } from "./world.ts";

/** Between two questions about one payment, whoever asks. */
const ASK_AGAIN_AFTER_MS = 4_000;
/** Longer than a question may take (15 s), so that nobody asks while it is being asked. */
const ASKING_FOR_MS = 16_000;
/** When a person says that it is paid, the links before the newest too: it may be one that was replaced meanwhile. */
const ASKED_AT_MOST = 3;

export type Checked = "asked" | "asked_lately" | "no_answer" | "nothing_to_ask";

/**
 * Asks the provider what it knows of an order's links, because the customer came back or says that it is paid. Who asks too
 * soon gets what was answered last: the payment's row keeps the time, so instances and people count together.
 */
export async function checkPaid(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { earlierToo: boolean } = { earlierToo: false },
): Promise<Checked> {
  const facts = await payFactsOfOrder(world.db, orderId);
  const open = (facts?.attempts ?? []).filter(worthAsking).slice(0, input.earlierToo ? ASKED_AT_MOST : 1);
  if (open.length === 0) return "nothing_to_ask";
  const now = world.now().getTime();
  const claimed = await claimForQuestion(
    world.db,
    open.map(({ id }) => id),
    {
      now: new Date(now),
      askedBefore: new Date(now - ASK_AGAIN_AFTER_MS),
      until: new Date(now + ASKING_FOR_MS),
    },
  );
  if (claimed.length === 0) return "asked_lately";
  const answers = await Promise.all(
    claimed.map(async (id) => {
      const synced = await syncPayment(world, actor, id);
      // No answer: the next question may follow after the usual pause.
      if (!synced.ok) await shortenClaim(world.db, id, new Date(world.now().getTime() + ASK_AGAIN_AFTER_MS));
      return synced.ok;
    }),
  );
  return answers.includes(true) ? "asked" : "no_answer";
}

/** Money may still show on it, and no call of ours is under way: those are settled by the task at its own pace. */
const worthAsking = ({ facts, url, unsettled }: PayAttempt): boolean =>
  url !== null && unsettled === null && !everHadMoney(facts);
