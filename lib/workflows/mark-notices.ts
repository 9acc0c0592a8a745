import { markNoticesRead } from "#db/queries/notices";
import type { ReadNoticesInput } from "#lib/contracts/notices";
import type { UserId } from "#lib/domain/ids";
import { ok } from "#lib/domain/result";
import type { World } from "./world.ts";

/** A person has read some of what they were told. Never anybody else's. */
export async function markNotices(world: World, userId: UserId, input: ReadNoticesInput) {
  const which = "ids" in input ? { ids: input.ids.map(BigInt) } : { upTo: BigInt(input.upTo) };
  await markNoticesRead(world.db, userId, which, world.now());
  return ok(null);
}
