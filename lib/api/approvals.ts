import type { z } from "zod";
import type { OfflineRecorded } from "#lib/contracts/approvals";
import type {
  AttachmentView,
  approveOfflineInput,
  recordOfflineInput,
  refuseOfflineInput,
} from "#lib/contracts/offline";
import type { OrderView } from "#lib/contracts/orders";
import type { requestWaiverInput } from "#lib/contracts/waivers";
import { api } from "#lib/paths";
import { sendFile, sendJson } from "./http.ts";

/** What takes two people: asking, and deciding what somebody else has asked for. Each is sent once. */

export const sendWaiver = (orderId: string, input: z.input<typeof requestWaiverInput>) =>
  sendJson<OrderView>("POST", api.orderWaivers(orderId), input);
export const sendWaiverApproval = (waiverId: string) => sendJson<OrderView>("POST", api.approveWaiver(waiverId), {});
export const sendWaiverRevocation = (waiverId: string) => sendJson<OrderView>("POST", api.revokeWaiver(waiverId), {});

export const sendOffline = (orderId: string, input: z.input<typeof recordOfflineInput>) =>
  sendJson<OfflineRecorded>("POST", api.orderOfflinePayments(orderId), input);
export const sendOfflineApproval = (receiptId: string, input: z.input<typeof approveOfflineInput>) =>
  sendJson<OfflineRecorded>("POST", api.approveOffline(receiptId), input);
export const sendOfflineRefusal = (receiptId: string, input: z.input<typeof refuseOfflineInput>) =>
  sendJson<OfflineRecorded>("POST", api.refuseOffline(receiptId), input);
/** A file goes first, and is then named by what it proves. */
export const sendAttachment = (orderId: string, file: File) =>
  sendFile<AttachmentView>(api.orderAttachments(orderId, file.name), file);
