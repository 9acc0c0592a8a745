import type { TimelineRow } from "#db/queries/timeline-list";
import { TIMELINE_SOURCES, type TimelineEntry } from "#lib/contracts/orders";

/** A stored sentence as the contract's shape. What was written is what is shown: the row is append-only. */
export const timelineEntryOf = (row: TimelineRow): TimelineEntry => ({
  id: row.id.toString(),
  at: row.at.toISOString(),
  kind: row.kind,
  group: row.group,
  // Written by db/queries/timeline.ts alone, whose type is the contract's.
  params: row.params as TimelineEntry["params"],
  paymentId: row.paymentId,
  actorName: row.actorName,
  source: TIMELINE_SOURCES.find((source) => source === row.source) ?? "holdpoint",
});
