import { timeNow } from "#db/clock";
import { type ShareSheet, shareSheet } from "#lib/contracts/shares";
import type { OrderId } from "#lib/domain/ids";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { letterOf } from "#lib/pay/letter";
import { readShares } from "#lib/reads/shares";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "The order's link with a ready letter in both languages, and how it was handed out so far.",
    params: orderParams,
    answers: shareSheet,
    run: ({ params }) => found(sheetOf(params.orderId), "order"),
  }),
});

async function sheetOf(orderId: OrderId): Promise<ShareSheet | null> {
  const read = await readShares(orderId);
  if (!read) return null;
  const { facts, link, sends, shares } = read;
  const now = timeNow();
  return {
    link,
    language: facts.order.language,
    letters: { en: letterOf(facts, link, "en", now), uk: letterOf(facts, link, "uk", now) },
    seller: facts.company?.name ?? "",
    sends,
    shares,
  };
}
