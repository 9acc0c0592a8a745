import { database } from "#db/client";
import { findAttachment } from "#db/queries/attachments";
import { findOfflineReceipt, listOfflineReceipts, type OfflineReceiptWithNames } from "#db/queries/offline-receipts";
import type { OfflineListPage, OfflineListQuery, OfflineReceiptView } from "#lib/contracts/offline";
import type { AttachmentId, OfflineReceiptId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { offlineBlocker, offlineState } from "#lib/domain/offline";
import { isInstantKey, readCursor, writeCursor } from "./cursor.ts";
import { iso } from "./payment-view.ts";
import type { Viewer } from "./viewer.ts";

/** Recorded money as screens and API show it, with what this person may do about it. */
export function offlineReceiptViewOf(row: OfflineReceiptWithNames, viewer: Viewer): OfflineReceiptView {
  const { receipt } = row;
  return {
    id: receipt.id,
    orderId: receipt.orderId,
    orderNumber: row.orderNumber,
    customerName: row.customerName,
    state: offlineState(receipt),
    kind: receipt.kind,
    amount: moneyView(receipt.amountMinor, receipt.currency),
    receivedOn: receipt.receivedOn,
    reference: receipt.reference,
    note: receipt.note,
    attachment:
      receipt.attachmentId === null
        ? null
        : { id: receipt.attachmentId, name: row.attachmentName ?? receipt.attachmentId },
    needsApproval: receipt.needsApproval,
    recordedByName: row.recordedByName,
    recordedAt: receipt.recordedAt.toISOString(),
    approvedByName: row.approvedByName,
    approvedAt: iso(receipt.approvedAt),
    refusedByName: row.refusedByName,
    refusedAt: iso(receipt.refusedAt),
    refusedReason: receipt.refusedReason,
    paymentId: receipt.paymentId,
    reversed: row.paymentState === "refunded",
    liveLink: row.liveLinkMinor === null ? null : moneyView(row.liveLinkMinor as bigint, receipt.currency),
    actions: {
      approve: offlineBlocker("approve", receipt, row.salespersonId, viewer),
      refuse: offlineBlocker("refuse", receipt, row.salespersonId, viewer),
    },
  };
}

/** One receipt; null when there is none. */
export async function readOfflineReceipt(id: OfflineReceiptId, viewer: Viewer): Promise<OfflineReceiptView | null> {
  const row = await findOfflineReceipt(database(), id);
  return row && offlineReceiptViewOf(row, viewer);
}

/** A file that was taken in, with its bytes. */
export const readAttachment = (id: AttachmentId) => findAttachment(database(), id);

/**
 * A page of recorded money, the newest on top.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readOfflineList(
  { state, limit, cursor }: OfflineListQuery,
  viewer: Viewer,
): Promise<OfflineListPage> {
  const sort = state ?? "all";
  const after = readCursor(cursor, sort, isInstantKey);
  const rows = await listOfflineReceipts(database(), { state }, after, limit + 1);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)?.receipt : undefined;
  return {
    rows: shown.map((row) => offlineReceiptViewOf(row, viewer)),
    nextCursor: last ? writeCursor({ sort, part: 0, key: last.recordedAt.toISOString(), id: last.id }) : null,
  };
}
