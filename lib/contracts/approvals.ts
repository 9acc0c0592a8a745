import { z } from "zod";
import { offlineReceiptView } from "./offline.ts";
import { orderView } from "./orders.ts";
import { pageQuery } from "./shared.ts";
import { waiverListRow } from "./waivers.ts";

/** What nobody has decided yet; waivers in force; waivers that are over; all money recorded by hand. */
export const APPROVAL_VIEWS = ["waiting", "live", "over", "offline"] as const;
export type ApprovalView = (typeof APPROVAL_VIEWS)[number];

export const approvalsQuery = z.strictObject({ ...pageQuery, view: z.enum(APPROVAL_VIEWS).default("waiting") });
export type ApprovalsQuery = z.infer<typeof approvalsQuery>;

/** A page of the screen that shows both. */
export const approvalsPage = z.object({
  waivers: z.array(waiverListRow),
  receipts: z.array(offlineReceiptView),
  nextCursor: z.string().nullable(),
  /** How much waits for a second person. */
  waiting: z.int(),
});
export type ApprovalsPage = z.infer<typeof approvalsPage>;

/** The order as it is now, the receipt, and how a link that was to be cancelled ended. */
export const offlineRecorded = z.object({
  order: orderView,
  receipt: offlineReceiptView,
  link: z.enum(["none", "cancelled", "pending", "paid", "failed"]),
});
export type OfflineRecorded = z.infer<typeof offlineRecorded>;
