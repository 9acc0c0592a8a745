import { and, inArray, isNull, lte, or, sql } from "drizzle-orm";
import { type PayAttempt, payFactsOfOrder } from "#db/queries/pay-page";
import { payments } from "#db/schema/payments";
import type { OrderId, PaymentId } from "#lib/domain/ids";
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
  const claimed = await claim(
    world,
    open.map(({ id }) => id),
  );
  if (claimed.length === 0) return "asked_lately";
  const answers = await Promise.all(
    claimed.map(async (id) => {
      const synced = await syncPayment(world, actor, id);
      if (!synced.ok) await release(world, id);
      return synced.ok;
    }),
  );
  return answers.includes(true) ? "asked" : "no_answer";
}

/** Money may still show on it, and no call of ours is under way: those are settled by the task at its own pace. */
const worthAsking = ({ facts, url, unsettled }: PayAttempt): boolean =>
  url !== null && unsettled === null && !everHadMoney(facts);

async function claim(world: World, ids: PaymentId[]): Promise<PaymentId[]> {
  const now = world.now();
  const rows = await world.db
    .update(payments)
    .set({ lockedUntil: new Date(now.getTime() + ASKING_FOR_MS) })
    .where(
      and(
        inArray(payments.id, ids),
        or(isNull(payments.checkedAt), lte(payments.checkedAt, new Date(now.getTime() - ASK_AGAIN_AFTER_MS))),
        or(isNull(payments.lockedUntil), lte(payments.lockedUntil, now)),
      ),
    )
    .returning({ id: payments.id });
  return rows.map(({ id }) => id);
}

/** No answer: the next question may follow after the usual pause. */
async function release(world: World, id: PaymentId): Promise<void> {
  const until = new Date(world.now().getTime() + ASK_AGAIN_AFTER_MS);
  await world.db
    .update(payments)
    .set({ lockedUntil: until })
    .where(and(sql`${payments.id} = ${id}`, sql`${payments.lockedUntil} > ${until.toISOString()}::timestamptz`));
}
