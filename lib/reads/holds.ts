import { database } from "#db/client";
import { companyRow } from "#db/queries/company";
import { endKey, holdDays, holdServices, listHolds } from "#db/queries/hold-list";
import type { PaymentWithNames } from "#db/queries/order-page";
import type { HoldListPage, HoldListQuery, HoldRow } from "#lib/contracts/holds";
import { moneyView } from "#lib/domain/money";
import { holdUsableUntil } from "#lib/domain/payment";
import { paymentActions } from "#lib/domain/payment-actions";
import type { Provider } from "#lib/domain/provider";
import { isAmountKey, isInstantKey, readCursor, writeCursor } from "./cursor.ts";
import { capabilitiesOf, iso, ruledPayment } from "./payment-view.ts";
import type { Viewer } from "./viewer.ts";

const KYIV = "Europe/Kyiv";

/**
 * The worklist of money that is held and not yet taken, with what ends on which day.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readHolds(query: HoldListQuery, viewer: Viewer): Promise<HoldListPage> {
  const { sort, limit, serviceId, day } = query;
  const after = readCursor(query.cursor, sort, sort === "deadline" ? isInstantKey : isAmountKey);
  const db = database();
  const filter = { serviceId, day, zone: (await companyRow(db))?.zone ?? KYIV };
  const [rows, days, services] = await Promise.all([
    listHolds(db, filter, sort, after, limit + 1),
    holdDays(db, filter),
    holdServices(db),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)?.payment : undefined;
  const key = last && (sort === "deadline" ? endKey(last.holdExpiresAt) : last.heldMinor.toString());
  return {
    rows: shown.map((row) => rowOf(row, viewer)),
    nextCursor: last && key ? writeCursor({ sort, part: 0, key, id: last.id }) : null,
    days: [...days].map((one) => ({ day: one.day, count: one.n, sum: moneyView(BigInt(one.sum), one.currency) })),
    services: [...services].map(({ id, name, n }) => ({ id, name, count: n })),
  };
}

function rowOf(row: PaymentWithNames, viewer: Viewer): HoldRow {
  const { payment } = row;
  const ruled = ruledPayment(row);
  const may = paymentActions({ ...ruled, deleted: false }, capabilitiesOf(payment.provider), viewer.role);
  return {
    id: payment.id,
    orderId: payment.orderId,
    orderNumber: row.orderNumber,
    customerName: row.customerName,
    attempt: payment.attempt,
    // Only a provider holds money: what comes past them is there at once.
    provider: payment.provider as Provider,
    serviceName: row.serviceName,
    mode: payment.mode,
    held: moneyView(payment.heldMinor, payment.currency),
    holdExpiresAt: iso(payment.holdExpiresAt),
    holdUsableUntil: iso(holdUsableUntil(ruled)),
    needsReview: payment.needsReview,
    orderCancelled: row.orderStatus === "cancelled",
    unsettled: row.unsettled?.kind ?? null,
    lastFailure: row.lastFailure?.message || row.lastFailure?.code || null,
    finalize: may.finalize,
    release: may.release_hold,
  };
}
