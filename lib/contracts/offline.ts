import { z } from "zod";
import { OFFLINE_ACTIONS, OFFLINE_KINDS, OFFLINE_STATES } from "#lib/domain/offline";
import { blockerShape } from "./problem.ts";
import { calendarDate, id, instant, moneyInput, moneyOutput, optionalText, pageOf, pageQuery, text } from "./shared.ts";

/** What becomes of a link that the customer still has in hand while the same money is recorded. */
const liveLink = z.enum(["cancel", "keep"]).optional();

/** Money that came past the payment services. `liveLink` is needed where a link is live: nobody is to pay twice unseen. */
export const recordOfflineInput = z.strictObject({
  kind: z.enum(OFFLINE_KINDS),
  amount: moneyInput,
  receivedOn: calendarDate,
  reference: text(140, 1),
  note: optionalText(500),
  attachmentId: id("att").nullish(),
  liveLink,
});
export const approveOfflineInput = z.strictObject({ liveLink });
export const refuseOfflineInput = z.strictObject({ reason: text(500, 3) });

/** Recorded money, whether it counts yet, and what this person may do about it. */
export const offlineReceiptView = z.object({
  id: z.string(),
  orderId: z.string(),
  orderNumber: z.string(),
  customerName: z.string().nullable(),
  state: z.enum(OFFLINE_STATES),
  kind: z.enum(OFFLINE_KINDS),
  amount: moneyOutput,
  receivedOn: z.string(),
  reference: z.string(),
  note: z.string().nullable(),
  attachment: z.object({ id: z.string(), name: z.string() }).nullable(),
  needsApproval: z.boolean(),
  recordedByName: z.string(),
  recordedAt: instant,
  approvedByName: z.string().nullable(),
  approvedAt: instant.nullable(),
  refusedByName: z.string().nullable(),
  refusedAt: instant.nullable(),
  refusedReason: z.string().nullable(),
  /** The transaction, from the moment the money counts. */
  paymentId: z.string().nullable(),
  /** True once all of it was given back or reversed. */
  reversed: z.boolean(),
  /** What a link asks for that the customer could still pay; null where there is none. */
  liveLink: moneyOutput.nullable(),
  actions: z.record(z.enum(OFFLINE_ACTIONS), blockerShape.nullable()),
});
export type OfflineReceiptView = z.infer<typeof offlineReceiptView>;

export const offlineListQuery = z.strictObject({ ...pageQuery, state: z.enum(OFFLINE_STATES).optional() });
export type OfflineListQuery = z.infer<typeof offlineListQuery>;
export const offlineListPage = pageOf(offlineReceiptView);
export type OfflineListPage = z.infer<typeof offlineListPage>;

/** The receipt behind an offline payment, on every view of that payment. */
export const offlineFacts = z.object({
  id: z.string(),
  kind: z.enum(OFFLINE_KINDS),
  receivedOn: z.string(),
  reference: z.string(),
  note: z.string().nullable(),
  recordedByName: z.string(),
  approvedByName: z.string().nullable(),
  attachment: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type OfflineFacts = z.infer<typeof offlineFacts>;

/** A file as it was taken in. */
export const attachmentView = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  size: z.int(),
});
export type AttachmentView = z.infer<typeof attachmentView>;
export const attachmentQuery = z.strictObject({ name: text(200, 1) });
