import { database } from "#db/client";
import { type PayFacts, payFactsOfOrder } from "#db/queries/pay-page";
import { automaticShares, sharesOfOrder } from "#db/queries/shares";
import type { ShareView } from "#lib/contracts/shares";
import type { OrderId } from "#lib/domain/ids";
import { SHARE_CHANNELS } from "#lib/domain/share";
import { env } from "#lib/env";
import { pages } from "#lib/paths";
import { sendable } from "./messages.ts";

/** How an order's link was handed out so far, and the facts a letter about it is written from; null: no such order. */
export async function readShares(
  orderId: OrderId,
): Promise<{ link: string; facts: PayFacts; sends: { email: boolean; sms: boolean }; shares: ShareView[] } | null> {
  const db = database();
  const [facts, byHand, automatic, sends] = await Promise.all([
    payFactsOfOrder(db, orderId),
    sharesOfOrder(db, orderId),
    automaticShares(db, orderId),
    sendable(),
  ]);
  if (!facts) return null;
  const shares = [
    ...byHand.map(({ id, at, params, byName, state, error }) => ({
      id: id.toString(),
      at: at.toISOString(),
      channel: SHARE_CHANNELS.find((channel) => channel === params.channel) ?? "copy",
      recipient: typeof params.recipient === "string" ? params.recipient : null,
      byName,
      state,
      said: saidOf(error),
    })),
    ...automatic.map(({ id, createdAt, channel, recipient, state, error }) => ({
      id,
      at: createdAt.toISOString(),
      channel,
      recipient,
      byName: null,
      state,
      said: saidOf(error),
    })),
  ];
  return {
    link: `${env().appUrl}${pages.pay(facts.order.payToken)}`,
    facts,
    sends,
    shares: shares.sort((a, b) => (a.at < b.at ? 1 : -1)),
  };
}

/** What the server said, behind our own word for the fault. */
const saidOf = (error: string | null): string | null => error?.split(": ").slice(1).join(": ") || null;
