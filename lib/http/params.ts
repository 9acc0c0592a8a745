import { z } from "zod";
import { idParam } from "#lib/contracts/customers";

/** What the addresses of the API name. An id of the wrong shape names nothing: 404, like any other that does not exist. */
export const orderParams = z.strictObject({ orderId: idParam.order });
export const paymentParams = z.strictObject({ paymentId: idParam.payment });
export const serviceParams = z.strictObject({ serviceId: idParam.service });
export const customerParams = z.strictObject({ customerId: idParam.customer });
export const invoiceParams = z.strictObject({ invoiceId: idParam.invoice });
export const shipmentParams = z.strictObject({ shipmentId: idParam.shipment });
export const reviewParams = z.strictObject({ reviewId: idParam.review });
export const offlineParams = z.strictObject({ receiptId: idParam.receipt });
export const attachmentParams = z.strictObject({ attachmentId: idParam.attachment });
export const waiverParams = z.strictObject({ waiverId: idParam.waiver });
export const itemParams = z.strictObject({ itemId: idParam.item });
export const messageParams = z.strictObject({ messageId: idParam.message });
