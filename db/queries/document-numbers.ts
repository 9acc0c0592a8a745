import { sql } from "drizzle-orm";
import { invariant } from "#lib/domain/invariant";
import type { Tx } from "../client.ts";

/** Sequences: two documents never share a number, and a transaction that is rolled back leaves a gap. */
const SEQUENCES = { SO: "order_number_seq", SH: "shipment_number_seq", IN: "invoice_number_seq" } as const;

/** The next number of orders (SO), shipments (SH) or invoices (IN): `SO-000042`. */
export async function nextNumber(tx: Tx, series: keyof typeof SEQUENCES): Promise<string> {
  const [next] = await tx.execute<{ n: string }>(sql`select nextval(${sql.raw(`'${SEQUENCES[series]}'`)})::text as n`);
  invariant(next, "a sequence has a next number");
  return `${series}-${next.n.padStart(6, "0")}`;
}
