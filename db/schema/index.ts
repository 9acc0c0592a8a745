// The one place that lists all tables: Drizzle's relations and the migration generator need them together.
export * from "./catalog.ts";
export * from "./messages.ts";
export * from "./orders.ts";
export * from "./payments.ts";
export * from "./people.ts";
export * from "./records.ts";
export * from "./review.ts";
export * from "./services.ts";
