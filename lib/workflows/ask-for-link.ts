import { lockOrder } from "#db/queries/order-locks";
import { payFactsOfOrder } from "#db/queries/pay-page";
import { transact } from "#db/transact";
import type { OrderId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { ok } from "#lib/domain/result";
import { payPage } from "#lib/pay/page-model";
import { emptyStory, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * The customer asks for a link that only the seller can make. Told once until an attempt is made, in the timeline and to
 * whose order it is; asking changes nothing else. Where they could pay by themselves, or nothing is to be paid, nobody is told.
 */
export async function askForLink(world: World, actor: Actor, orderId: OrderId): Promise<void> {
  await transact(world.db, async (tx) => {
    // With the order locked: many presses are one.
    const locked = await lockOrder(tx, orderId);
    const facts = await payFactsOfOrder(tx, orderId);
    if (!locked || !facts || facts.linkAskedAt) return ok(null);
    const page = payPage(facts, { returned: false }, world.now());
    if (!page.mayAsk) return ok(null);
    const story = emptyStory();
    story.timeline.push({ orderId, kind: "page.link_asked", actor, source: "customer" });
    story.notices.push({
      kind: "link_wanted",
      to: [locked.order.salespersonId ?? "sales"],
      orderId,
      params: { amount: moneyView(page.askedMinor, locked.order.currency) },
      dedupeKey: `link_wanted:${orderId}:${facts.attempts[0]?.id ?? "first"}`,
    });
    await tellStory(tx, story);
    return ok(null);
  });
}
