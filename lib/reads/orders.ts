import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { companyRow } from "#db/queries/company";
import { waitingReceipts } from "#db/queries/offline-receipts";
import { salespeople, usableServices } from "#db/queries/order-form";
import { type ListedOrder, listOrders, STRETCHES } from "#db/queries/order-list";
import { findFulfilment, findLines, findOrderPage, findPaymentsOfOrder } from "#db/queries/order-page";
import { countViews } from "#db/queries/order-views";
import { timelineOfOrder } from "#db/queries/timeline-list";
import { standingWaivers } from "#db/queries/waivers";
import {
  ORDER_VIEWS,
  type OrderCounts,
  type OrderFormChoices,
  type OrderListPage,
  type OrderListQuery,
  type OrderListRow,
  type OrderView,
  type TimelineEntry,
} from "#lib/contracts/orders";
import type { OrderId } from "#lib/domain/ids";
import { isCurrency, moneyView } from "#lib/domain/money";
import { isCompleted } from "#lib/domain/order";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { isAmountKey, isInstantKey, readCursor, writeCursor } from "./cursor.ts";
import { percentText } from "./decimal-text.ts";
import { mailsLinks } from "./messages.ts";
import { orderViewOf } from "./order-view.ts";
import { timelineEntryOf } from "./timeline-view.ts";
import type { Viewer } from "./viewer.ts";

const HOUR_MS = 3_600_000;

/**
 * A page of the order list.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readOrderList(
  query: OrderListQuery,
  _viewer: Viewer,
  now: Date = timeNow(),
): Promise<OrderListPage> {
  const { sort, limit, cursor: text, ...filter } = query;
  const isKey = sort === "total" || sort === "-total" ? isAmountKey : isInstantKey;
  const cursor = readCursor(text, sort, isKey);
  const db = database();
  const rows: { row: ListedOrder; part: number }[] = [];
  for (const [part, stretch] of STRETCHES[sort].entries()) {
    if (part < (cursor?.part ?? 0)) continue;
    const wanted = limit + 1 - rows.length;
    if (wanted === 0) break;
    const after = cursor?.part === part ? cursor : null;
    const found = await listOrders(db, filter, stretch, after, wanted, now);
    rows.push(...found.map((row) => ({ row, part })));
  }
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const key = last && keyOf(last.row, STRETCHES[sort][last.part]?.column ?? "createdAt");
  return {
    rows: shown.map(({ row }) => listRowOf(row, now)),
    nextCursor: last && key ? writeCursor({ sort, part: last.part, key, id: last.row.id }) : null,
  };
}

function keyOf(row: ListedOrder, column: "createdAt" | "totalMinor" | "nextDeadlineAt"): string | null {
  const value = row[column];
  return value instanceof Date ? value.toISOString() : (value?.toString() ?? null);
}

function listRowOf(row: ListedOrder, now: Date): OrderListRow {
  const money = (amountMinor: bigint) => moneyView(amountMinor, row.currency);
  const { nextDeadlineAt: at, nextDeadlineKind: kind } = row;
  return {
    id: row.id,
    number: row.number,
    customerName: row.customerName ?? "",
    currency: row.currency,
    total: money(row.totalMinor),
    required: money(row.requiredMinor),
    covered: money(row.securedMinor),
    held: money(row.heldMinor),
    status: row.status,
    completed: isCompleted(row.shipped, row.invoiced),
    paymentState: row.paymentState,
    needsReview: row.needsReview,
    shipped: row.shipped,
    invoiced: row.invoiced,
    paymentAccepted: row.accepted && (row.acceptedUntil === null || row.acceptedUntil > now),
    nextDeadline:
      at && kind
        ? {
            kind,
            at: at.toISOString(),
            withinMargin: kind === "hold" && at.getTime() - (row.holdMarginHours ?? 0) * HOUR_MS <= now.getTime(),
          }
        : null,
    salespersonName: row.salespersonName,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Everybody looks at the same counts; counting once a second is often enough for all who look in it. */
const COUNTS_LAST_MS = 1_000;
let counted: { at: number; counts: Promise<OrderCounts> } | null = null;

/**
 * How many orders each ready view holds, whatever the list is filtered by; 10 001 means "more than 10 000".
 * @param now counts for this moment, now; left out, an answer may be a second old
 */
export function readOrderCounts(_query: unknown, _viewer: Viewer, now?: Date): Promise<OrderCounts> {
  if (now) return countViews(database(), ORDER_VIEWS, now);
  if (!counted || performance.now() - counted.at >= COUNTS_LAST_MS) {
    const counts = countViews(database(), ORDER_VIEWS, timeNow());
    const asked = { at: performance.now(), counts };
    counted = asked;
    // A fault is for those who asked meanwhile, not for those who come next.
    counts.catch(() => {
      if (counted === asked) counted = null;
    });
  }
  return counted.counts;
}

/** An order with everything its page shows; null when there is none. Six statements side by side. */
export async function readOrder(id: OrderId, viewer: Viewer, now: Date = timeNow()): Promise<OrderView | null> {
  const db = database();
  const [row, lines, payments, fulfilment, waivers, receipts, mailsLink] = await Promise.all([
    findOrderPage(db, id),
    findLines(db, id),
    findPaymentsOfOrder(db, id),
    findFulfilment(db, id),
    standingWaivers(db, id, now),
    waitingReceipts(db, id),
    mailsLinks(),
  ]);
  return row && orderViewOf(row, lines, payments, fulfilment, { waivers, receipts, mailsLink }, viewer, now);
}

/** What happened to an order, newest first. */
export async function readOrderTimeline(id: OrderId, _viewer: Viewer): Promise<TimelineEntry[]> {
  return (await timelineOfOrder(database(), id)).map(timelineEntryOf);
}

/** What the order form needs besides the order. */
export async function readOrderFormChoices(_viewer: Viewer): Promise<OrderFormChoices> {
  const db = database();
  const [services, people, company] = await Promise.all([usableServices(db), salespeople(db), companyRow(db)]);
  if (company && !isCurrency(company.currency))
    throw new Error("Invariant broken: a company whose currency ISO 4217 does not list");
  return {
    services: services.flatMap(({ currency, ...service }) => (isCurrency(currency) ? [{ ...service, currency }] : [])),
    salespeople: people,
    // Before anybody has described the company, an order starts with what most here would choose.
    company: {
      name: company?.name ?? "",
      currency: isCurrency(company?.currency) ? company.currency : "UAH",
      pricesIncludeVat: company?.pricesIncludeVat ?? true,
      zone: company?.zone ?? COMPANY_ZONE,
      language: company?.language ?? "uk",
      defaultVatPercent: percentText(company?.defaultVatBp ?? 2000),
    },
  };
}
