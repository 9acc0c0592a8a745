import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { listWaivers, type WaiverWithNames } from "#db/queries/waivers";
import type { WaiverListPage, WaiverListQuery, WaiverListRow, WaiverView } from "#lib/contracts/waivers";
import { moneyView } from "#lib/domain/money";
import { waiverBlocker, waiverState } from "#lib/domain/waiver";
import { isInstantKey, readCursor, writeCursor } from "./cursor.ts";
import { iso } from "./payment-view.ts";
import type { Viewer } from "./viewer.ts";

/** A waiver as screens and API show it, with what this person may do about it. */
export function waiverViewOf(row: WaiverWithNames, viewer: Viewer, now: Date): WaiverView {
  const { waiver } = row;
  return {
    id: waiver.id,
    state: waiverState(waiver, now),
    cap: moneyView(waiver.capMinor, waiver.currency),
    reason: waiver.reason,
    endsAt: waiver.endsAt.toISOString(),
    requestedByName: row.requestedByName,
    requestedAt: waiver.requestedAt.toISOString(),
    approvedByName: row.approvedByName,
    approvedAt: iso(waiver.approvedAt),
    revokedByName: row.revokedByName,
    revokedAt: iso(waiver.revokedAt),
    actions: {
      approve: waiverBlocker("approve", waiver, row.salespersonId, viewer, now),
      revoke: waiverBlocker("revoke", waiver, row.salespersonId, viewer, now),
    },
  };
}

/**
 * A page of all waivers, the newest question on top.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readWaiverList(
  { state, limit, cursor }: WaiverListQuery,
  viewer: Viewer,
  now: Date = timeNow(),
): Promise<WaiverListPage> {
  const sort = state ?? "all";
  const after = readCursor(cursor, sort, isInstantKey);
  const rows = await listWaivers(database(), { state, now }, after, limit + 1);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)?.waiver : undefined;
  return {
    rows: shown.map((row) => listRowOf(row, viewer, now)),
    nextCursor: last ? writeCursor({ sort, part: 0, key: last.requestedAt.toISOString(), id: last.id }) : null,
  };
}

const listRowOf = (row: WaiverWithNames, viewer: Viewer, now: Date): WaiverListRow => ({
  ...waiverViewOf(row, viewer, now),
  orderId: row.waiver.orderId,
  orderNumber: row.orderNumber,
  customerName: row.customerName,
  shipped: row.shipped !== "none",
});
