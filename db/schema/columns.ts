import { bigint, customType, timestamp } from "drizzle-orm/pg-core";

/** Money and quantities: PostgreSQL bigint ↔ JavaScript bigint. The one mapping. */
export const minor = (name: string) => bigint(name, { mode: "bigint" });

/** An instant: timestamptz ↔ Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

export const createdAt = () => instant("created_at").notNull().defaultNow();

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });
