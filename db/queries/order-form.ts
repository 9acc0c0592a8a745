import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import type { Database } from "../client.ts";
import { users } from "../schema/people.ts";
import { paymentServices } from "../schema/services.ts";

/** Services that can make a link now. */
export const usableServices = (db: Database) =>
  db
    .select({
      id: paymentServices.id,
      name: paymentServices.name,
      provider: paymentServices.provider,
      paymentType: paymentServices.paymentType,
      currency: paymentServices.currency,
      validitySeconds: paymentServices.validitySeconds,
      alwaysInclude: paymentServices.alwaysInclude,
      mode: paymentServices.mode,
    })
    .from(paymentServices)
    .where(and(eq(paymentServices.enabled, true), isNull(paymentServices.credentialsProblemAt)))
    .orderBy(asc(paymentServices.name), asc(paymentServices.id));

/** Who an order can belong to: active people who sell. */
export const salespeople = (db: Database) =>
  db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(and(eq(users.active, true), inArray(users.role, ["sales", "admin"])))
    .orderBy(asc(users.name), asc(users.id));
