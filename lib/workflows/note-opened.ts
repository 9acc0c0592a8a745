import { sql } from "drizzle-orm";
import { orderOpens } from "#db/schema/messages";
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
  const now = world.now();
  const { program, from } = visitor;
  await transact(world.db, async (tx) => {
    const [row] = await tx
      .insert(orderOpens)
      .values({
        orderId,
        firstAt: program ? null : now,
        lastAt: program ? null : now,
        count: program ? 0 : 1,
        previewCount: program ? 1 : 0,
        lastFrom: program ? null : from,
      })
      .onConflictDoUpdate({
        target: orderOpens.orderId,
        set: program
          ? { previewCount: sql`${orderOpens.previewCount} + 1` }
          : {
              firstAt: sql`coalesce(${orderOpens.firstAt}, excluded.first_at)`,
              lastAt: sql`greatest(${orderOpens.lastAt}, excluded.last_at)`,
              count: sql`${orderOpens.count} + 1`,
              lastFrom: sql`coalesce(excluded.last_from, ${orderOpens.lastFrom})`,
            },
      })
      .returning({ count: orderOpens.count });
    if (program || row?.count !== 1) return ok(null);
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
