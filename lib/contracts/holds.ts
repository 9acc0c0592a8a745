import { z } from "zod";
import { OPERATION_KINDS } from "#lib/domain/payment";
import { PROVIDERS } from "#lib/domain/provider";
import { blockerShape } from "./problem.ts";
import { calendarDate, id, instant, moneyInput, moneyOutput, pageOf, pageQuery } from "./shared.ts";

export const holdListQuery = z.strictObject({
  ...pageQuery,
  serviceId: id("svc").optional(),
  /** Holds that end on this day, as the company's zone sees it. */
  day: calendarDate.optional(),
  sort: z.enum(["deadline", "-amount"]).default("deadline"),
});
export type HoldListQuery = z.infer<typeof holdListQuery>;

/** Money that waits on a customer's card. `id` is the payment's. */
export const holdRow = z.object({
  id: z.string(),
  orderId: z.string(),
  orderNumber: z.string(),
  customerName: z.string().nullable(),
  attempt: z.int(),
  provider: z.enum(PROVIDERS),
  serviceName: z.string(),
  mode: z.enum(["test", "live"]),
  held: moneyOutput,
  holdExpiresAt: instant.nullable(),
  /** From here on it no longer opens shipping. */
  holdUsableUntil: instant.nullable(),
  needsReview: z.boolean(),
  orderCancelled: z.boolean(),
  /** A call to the provider whose outcome is not known yet. */
  unsettled: z.enum(OPERATION_KINDS).nullable(),
  /** The provider's last refusal, verbatim. */
  lastFailure: z.string().nullable(),
  /** Why this person cannot take it, or let it go, now; null: they can. */
  finalize: blockerShape.nullable(),
  release: blockerShape.nullable(),
});
export type HoldRow = z.infer<typeof holdRow>;

export const holdListPage = pageOf(holdRow).extend({
  /** Of all holds of the service, day by day; a currency each. Those without a known end come last, without a day. */
  days: z.array(z.object({ day: z.string().nullable(), count: z.int(), sum: moneyOutput })),
  /** Which services have holds, for the filter. */
  services: z.array(z.object({ id: z.string(), name: z.string(), count: z.int() })),
});
export type HoldListPage = z.infer<typeof holdListPage>;

export const MOST_HOLDS_AT_ONCE = 50;

/** Each with the sum the person saw: a hold that has become another one meanwhile is not taken. */
export const finalizeHoldsInput = z.strictObject({
  holds: z
    .array(z.strictObject({ paymentId: id("pay"), held: moneyInput }))
    .min(1, { error: "required" })
    .max(MOST_HOLDS_AT_ONCE, { error: "too_many" }),
});

/**
 * `taken`: the provider has confirmed it, now or before. `pending`: asked for, and the outcome is not known yet. `refused`:
 * nothing was taken, `blocker` says why. `changed`: another sum is held than the person saw. `missing`: no such payment.
 * `left`: time was over before its turn; nothing was asked.
 */
export const HOLD_RESULTS = ["taken", "pending", "refused", "changed", "missing", "left"] as const;
export type HoldResult = (typeof HOLD_RESULTS)[number];

export const finalizedHold = z.object({
  paymentId: z.string(),
  result: z.enum(HOLD_RESULTS),
  blocker: blockerShape.nullable(),
});
export type FinalizedHold = z.infer<typeof finalizedHold>;
export const finalizeHoldsAnswer = z.object({ rows: z.array(finalizedHold) });
export type FinalizeHoldsAnswer = z.infer<typeof finalizeHoldsAnswer>;
