import type { z } from "zod";
import { database } from "#db/client";
import { listCustomers } from "#db/queries/customer-list";
import { type CustomerRow, findCustomer } from "#db/queries/customers";
import type { CustomerView, customerListQuery } from "#lib/contracts/customers";
import type { Page } from "#lib/contracts/shared";
import type { CustomerId } from "#lib/domain/ids";
import { isTextKey, readCursor, writeCursor } from "./cursor.ts";
import type { Viewer } from "./viewer.ts";

/**
 * A page of customers, by name.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readCustomers(
  query: z.output<typeof customerListQuery>,
  _viewer?: Viewer,
): Promise<Page<CustomerView>> {
  const after = readCursor(query.cursor, "name", isTextKey);
  const rows = await listCustomers(database(), query.q, after, query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    rows: shown.map(customerViewOf),
    nextCursor: last ? writeCursor({ sort: "name", part: 0, key: last.name, id: last.id }) : null,
  };
}

/** One customer; null when there is none. */
export async function readCustomer(id: CustomerId, _viewer?: Viewer): Promise<CustomerView | null> {
  const row = await findCustomer(database(), id);
  return row && customerViewOf(row);
}

const customerViewOf = (row: CustomerRow): CustomerView => ({
  id: row.id,
  name: row.name,
  email: row.email,
  phone: row.phone,
  language: row.language,
  zone: row.zone,
  taxId: row.taxId,
  note: row.note,
  createdAt: row.createdAt.toISOString(),
});
