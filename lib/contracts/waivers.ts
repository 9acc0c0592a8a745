import { z } from "zod";
import { WAIVER_ACTIONS, WAIVER_STATES } from "#lib/domain/waiver";
import { blockerShape } from "./problem.ts";
import { instant, moneyInput, moneyOutput, pageOf, pageQuery, text } from "./shared.ts";

/** How much may leave unpaid, why, and until when. */
export const requestWaiverInput = z.strictObject({ cap: moneyInput, reason: text(500, 3), endsAt: instant });

/** An order may ship unpaid up to an amount until a moment: who asked, who approved, what this person may do about it. */
export const waiverView = z.object({
  id: z.string(),
  state: z.enum(WAIVER_STATES),
  cap: moneyOutput,
  reason: z.string(),
  endsAt: instant,
  requestedByName: z.string(),
  requestedAt: instant,
  approvedByName: z.string().nullable(),
  approvedAt: instant.nullable(),
  revokedByName: z.string().nullable(),
  revokedAt: instant.nullable(),
  actions: z.record(z.enum(WAIVER_ACTIONS), blockerShape.nullable()),
});
export type WaiverView = z.infer<typeof waiverView>;

export const waiverListQuery = z.strictObject({ ...pageQuery, state: z.enum(WAIVER_STATES).optional() });
export type WaiverListQuery = z.infer<typeof waiverListQuery>;

export const waiverListRow = waiverView.extend({
  orderId: z.string(),
  orderNumber: z.string(),
  customerName: z.string().nullable(),
  /** True once goods have left on it. */
  shipped: z.boolean(),
});
export type WaiverListRow = z.infer<typeof waiverListRow>;
export const waiverListPage = pageOf(waiverListRow);
export type WaiverListPage = z.infer<typeof waiverListPage>;
