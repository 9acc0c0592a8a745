import { countOpening } from "#db/queries/order-opens";
import { transact } from "#db/transact";
import type { OrderId } from "#lib/domain/ids";
import { ok } from "#lib/domain/result";
import { emptyStory, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Counts that somebody has the order's page on screen; the first time is told in the timeline. A program that runs the
 * page's script (a mail scanner's browser) is counted apart and is nobody.
 * @param visitor.from the app or site they came from, where that is known
 */
export async function noteOpened(
  world: World,
  actor: Actor,
  orderId: OrderId,
  visitor: { program: boolean; from: string | null },
): Promise<void> {
  const { program, from } = visitor;
  await transact(world.db, async (tx) => {
    const count = await countOpening(tx, orderId, { at: world.now(), program, from });
    if (program || count !== 1) return ok(null);
    const story = emptyStory();
    story.timeline.push({
      orderId,
      kind: "page.opened",
      params: from ? { channel: from } : {},
      actor,
      source: "customer",
    });
    await tellStory(tx, story);
    return ok(null);
  });
}
