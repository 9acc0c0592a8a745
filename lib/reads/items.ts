import type { z } from "zod";
import { database } from "#db/client";
import { listItems } from "#db/queries/item-list";
import { findItem, type ItemRow } from "#db/queries/items";
import type { ItemView, itemListQuery } from "#lib/contracts/customers";
import type { Page } from "#lib/contracts/shared";
import type { ItemId } from "#lib/domain/ids";
import { isCurrency, moneyView } from "#lib/domain/money";
import { isTextKey, readCursor, writeCursor } from "./cursor.ts";
import { percentText } from "./decimal-text.ts";
import type { Viewer } from "./viewer.ts";

/**
 * A page of items, by code.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readItems(query: z.output<typeof itemListQuery>, _viewer?: Viewer): Promise<Page<ItemView>> {
  const after = readCursor(query.cursor, "sku", isTextKey);
  const active = query.active && query.active === "true";
  const rows = await listItems(database(), { q: query.q, active }, after, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    rows: shown.map(itemViewOf),
    nextCursor: last ? writeCursor({ sort: "sku", part: 0, key: last.sku, id: last.id }) : null,
  };
}

/** One item; null when there is none. */
export async function readItem(id: ItemId, _viewer?: Viewer): Promise<ItemView | null> {
  const row = await findItem(database(), id);
  return row && itemViewOf(row);
}

function itemViewOf(row: ItemRow): ItemView {
  if (!isCurrency(row.currency)) throw new Error("Invariant broken: an item without a known currency");
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    unit: row.unit,
    unitPrice: moneyView(row.unitPriceMinor, row.currency),
    vatPercent: percentText(row.vatBp),
    active: row.active,
    currency: row.currency,
  };
}
