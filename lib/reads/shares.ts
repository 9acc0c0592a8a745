import { database } from "#db/client";
import { type PayFacts, payFactsOfOrder } from "#db/queries/pay-page";
import { sharesOfOrder } from "#db/queries/shares";
import type { ShareView } from "#lib/contracts/shares";
import type { OrderId } from "#lib/domain/ids";
import { SHARE_CHANNELS } from "#lib/domain/share";
import { env } from "#lib/env";
import { pages } from "#lib/paths";

/** How an order's link was handed out so far, and the facts a letter about it is written from; null: no such order. */
export async function readShares(
  orderId: OrderId,
): Promise<{ link: string; facts: PayFacts; sends: { email: boolean; sms: boolean }; shares: ShareView[] } | null> {
  const [facts, rows] = await Promise.all([payFactsOfOrder(database(), orderId), sharesOfOrder(database(), orderId)]);
  if (!facts) return null;
  return {
    link: `${env().appUrl}${pages.pay(facts.order.payToken)}`,
    facts,
    sends: { email: env().smtpUrl !== undefined, sms: false },
    shares: rows.map(({ id, at, params, byName, state, error }) => ({
      id: id.toString(),
      at: at.toISOString(),
      channel: SHARE_CHANNELS.find((channel) => channel === params.channel) ?? "copy",
      recipient: typeof params.recipient === "string" ? params.recipient : null,
      byName,
      attempt: typeof params.attempt === "number" ? params.attempt : null,
      state,
      error,
    })),
  };
}
