import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { countReceiptsWaiting } from "#db/queries/offline-receipts";
import { countWaiversAsked } from "#db/queries/waivers";
import type { ApprovalsPage, ApprovalsQuery } from "#lib/contracts/approvals";
import { readOfflineList } from "./offline.ts";
import type { Viewer } from "./viewer.ts";
import { readWaiverList } from "./waivers.ts";

/** More than this never waits at once; who has as much has another trouble. */
const MOST_WAITING = 200;

/**
 * What takes two people, one view of it.
 * @throws BadCursor for a cursor that this view did not give out
 */
export async function readApprovals(
  { view, limit, cursor }: ApprovalsQuery,
  viewer: Viewer,
  now: Date = timeNow(),
): Promise<ApprovalsPage> {
  const waiting = await countWaiting(now);
  switch (view) {
    case "waiting": {
      const [waivers, receipts] = await Promise.all([
        readWaiverList({ state: "asked", limit: MOST_WAITING }, viewer, now),
        readOfflineList({ state: "waiting", limit: MOST_WAITING }, viewer),
      ]);
      return { waivers: waivers.rows, receipts: receipts.rows, nextCursor: null, waiting };
    }
    case "offline": {
      const { rows, nextCursor } = await readOfflineList({ limit, cursor }, viewer);
      return { waivers: [], receipts: rows, nextCursor, waiting };
    }
    case "live":
    case "over": {
      const { rows, nextCursor } = await readWaiverList({ state: view, limit, cursor }, viewer, now);
      return { waivers: rows, receipts: [], nextCursor, waiting };
    }
  }
}

async function countWaiting(now: Date): Promise<number> {
  const db = database();
  const [waivers, receipts] = await Promise.all([countWaiversAsked(db, now), countReceiptsWaiting(db)]);
  return waivers + receipts;
}
