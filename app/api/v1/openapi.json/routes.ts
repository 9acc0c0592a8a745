import type { RouteModule } from "#lib/http/openapi";
import * as attachmentsAttachmentId from "../attachments/[attachmentId]/route.ts";
import * as auditExport from "../audit/export/route.ts";
import * as audit from "../audit/route.ts";
import * as auditVerification from "../audit/verification/route.ts";
import * as company from "../company/route.ts";
import * as customersCustomerId from "../customers/[customerId]/route.ts";
import * as customers from "../customers/route.ts";
import * as holdsFinalize from "../holds/finalize/route.ts";
import * as holds from "../holds/route.ts";
import * as invoicesInvoiceIdInvoicePdf from "../invoices/[invoiceId]/invoice.pdf/route.ts";
import * as itemsItemId from "../items/[itemId]/route.ts";
import * as items from "../items/route.ts";
import * as jobsManagePaymentLinks from "../jobs/manage-payment-links/route.ts";
import * as mePreferences from "../me/preferences/route.ts";
import * as me from "../me/route.ts";
import * as messageSettings from "../message-settings/route.ts";
import * as messageSettingsTestSms from "../message-settings/test-sms/route.ts";
import * as messageTemplatesKindLanguage from "../message-templates/[kind]/[language]/route.ts";
import * as messageTemplatesPreview from "../message-templates/preview/route.ts";
import * as messageTemplatesTest from "../message-templates/test/route.ts";
import * as messagesMessageIdResend from "../messages/[messageId]/resend/route.ts";
import * as noticesRead from "../notices/read/route.ts";
import * as notices from "../notices/route.ts";
import * as noticesUnread from "../notices/unread/route.ts";
import * as offlinePaymentsReceiptIdApprove from "../offline-payments/[receiptId]/approve/route.ts";
import * as offlinePaymentsReceiptIdRefuse from "../offline-payments/[receiptId]/refuse/route.ts";
import * as offlinePayments from "../offline-payments/route.ts";
import * as ordersOrderIdAttachments from "../orders/[orderId]/attachments/route.ts";
import * as ordersOrderIdCancel from "../orders/[orderId]/cancel/route.ts";
import * as ordersOrderIdGate from "../orders/[orderId]/gate/route.ts";
import * as ordersOrderIdInvoices from "../orders/[orderId]/invoices/route.ts";
import * as ordersOrderIdMessages from "../orders/[orderId]/messages/route.ts";
import * as ordersOrderIdOfflinePayments from "../orders/[orderId]/offline-payments/route.ts";
import * as ordersOrderIdPayments from "../orders/[orderId]/payments/route.ts";
import * as ordersOrderIdPreview from "../orders/[orderId]/preview/route.ts";
import * as ordersOrderIdProFormaPdf from "../orders/[orderId]/pro-forma.pdf/route.ts";
import * as ordersOrderIdRelease from "../orders/[orderId]/release/route.ts";
import * as ordersOrderIdReopen from "../orders/[orderId]/reopen/route.ts";
import * as ordersOrderId from "../orders/[orderId]/route.ts";
import * as ordersOrderIdShares from "../orders/[orderId]/shares/route.ts";
import * as ordersOrderIdShipments from "../orders/[orderId]/shipments/route.ts";
import * as ordersOrderIdTimeline from "../orders/[orderId]/timeline/route.ts";
import * as ordersOrderIdWaivers from "../orders/[orderId]/waivers/route.ts";
import * as ordersCounts from "../orders/counts/route.ts";
import * as ordersFormChoices from "../orders/form-choices/route.ts";
import * as orders from "../orders/route.ts";
import * as paymentServicesServiceId from "../payment-services/[serviceId]/route.ts";
import * as paymentServicesServiceIdTest from "../payment-services/[serviceId]/test/route.ts";
import * as paymentServicesKinds from "../payment-services/kinds/route.ts";
import * as paymentServices from "../payment-services/route.ts";
import * as paymentsPaymentIdCancel from "../payments/[paymentId]/cancel/route.ts";
import * as paymentsPaymentIdFinalize from "../payments/[paymentId]/finalize/route.ts";
import * as paymentsPaymentIdReceiptPdf from "../payments/[paymentId]/receipt.pdf/route.ts";
import * as paymentsPaymentIdRefunds from "../payments/[paymentId]/refunds/route.ts";
import * as paymentsPaymentIdReleaseHold from "../payments/[paymentId]/release-hold/route.ts";
import * as paymentsPaymentId from "../payments/[paymentId]/route.ts";
import * as paymentsPaymentIdShares from "../payments/[paymentId]/shares/route.ts";
import * as paymentsPaymentIdSync from "../payments/[paymentId]/sync/route.ts";
import * as paymentsPaymentIdTimeline from "../payments/[paymentId]/timeline/route.ts";
import * as payments from "../payments/route.ts";
import * as reviewsReviewIdAssign from "../reviews/[reviewId]/assign/route.ts";
import * as reviewsReviewIdResolve from "../reviews/[reviewId]/resolve/route.ts";
import * as reviewsReviewId from "../reviews/[reviewId]/route.ts";
import * as reviewsCounts from "../reviews/counts/route.ts";
import * as reviews from "../reviews/route.ts";
import * as shipmentsShipmentIdDeliveryNotePdf from "../shipments/[shipmentId]/delivery-note.pdf/route.ts";
import * as waiversWaiverIdApprove from "../waivers/[waiverId]/approve/route.ts";
import * as waiversWaiverIdRevoke from "../waivers/[waiverId]/revoke/route.ts";
import * as waivers from "../waivers/route.ts";

/** Every address of the API, for its description. A test walks the folders and misses none. */
export const ROUTES: Record<string, RouteModule> = {
  "/attachments/[attachmentId]": attachmentsAttachmentId,
  "/company": company,
  "/customers": customers,
  "/customers/[customerId]": customersCustomerId,
  "/holds": holds,
  "/holds/finalize": holdsFinalize,
  "/invoices/[invoiceId]/invoice.pdf": invoicesInvoiceIdInvoicePdf,
  "/items": items,
  "/items/[itemId]": itemsItemId,
  "/jobs/manage-payment-links": jobsManagePaymentLinks,
  "/me": me,
  "/me/preferences": mePreferences,
  "/message-settings": messageSettings,
  "/message-settings/test-sms": messageSettingsTestSms,
  "/message-templates/[kind]/[language]": messageTemplatesKindLanguage,
  "/message-templates/preview": messageTemplatesPreview,
  "/message-templates/test": messageTemplatesTest,
  "/messages/[messageId]/resend": messagesMessageIdResend,
  "/notices": notices,
  "/notices/read": noticesRead,
  "/notices/unread": noticesUnread,
  "/offline-payments": offlinePayments,
  "/offline-payments/[receiptId]/approve": offlinePaymentsReceiptIdApprove,
  "/offline-payments/[receiptId]/refuse": offlinePaymentsReceiptIdRefuse,
  "/orders": orders,
  "/orders/[orderId]": ordersOrderId,
  "/orders/[orderId]/attachments": ordersOrderIdAttachments,
  "/orders/[orderId]/cancel": ordersOrderIdCancel,
  "/orders/[orderId]/gate": ordersOrderIdGate,
  "/orders/[orderId]/invoices": ordersOrderIdInvoices,
  "/orders/[orderId]/offline-payments": ordersOrderIdOfflinePayments,
  "/orders/[orderId]/messages": ordersOrderIdMessages,
  "/orders/[orderId]/payments": ordersOrderIdPayments,
  "/orders/[orderId]/pro-forma.pdf": ordersOrderIdProFormaPdf,
  "/orders/[orderId]/preview": ordersOrderIdPreview,
  "/orders/[orderId]/release": ordersOrderIdRelease,
  "/orders/[orderId]/reopen": ordersOrderIdReopen,
  "/orders/[orderId]/shares": ordersOrderIdShares,
  "/orders/[orderId]/shipments": ordersOrderIdShipments,
  "/orders/[orderId]/timeline": ordersOrderIdTimeline,
  "/orders/[orderId]/waivers": ordersOrderIdWaivers,
  "/orders/counts": ordersCounts,
  "/orders/form-choices": ordersFormChoices,
  "/payment-services": paymentServices,
  "/payment-services/[serviceId]": paymentServicesServiceId,
  "/payment-services/[serviceId]/test": paymentServicesServiceIdTest,
  "/payment-services/kinds": paymentServicesKinds,
  "/payments": payments,
  "/payments/[paymentId]": paymentsPaymentId,
  "/payments/[paymentId]/cancel": paymentsPaymentIdCancel,
  "/payments/[paymentId]/finalize": paymentsPaymentIdFinalize,
  "/payments/[paymentId]/receipt.pdf": paymentsPaymentIdReceiptPdf,
  "/payments/[paymentId]/refunds": paymentsPaymentIdRefunds,
  "/payments/[paymentId]/release-hold": paymentsPaymentIdReleaseHold,
  "/payments/[paymentId]/shares": paymentsPaymentIdShares,
  "/payments/[paymentId]/sync": paymentsPaymentIdSync,
  "/payments/[paymentId]/timeline": paymentsPaymentIdTimeline,
  "/audit": audit,
  "/audit/export": auditExport,
  "/audit/verification": auditVerification,
  "/reviews": reviews,
  "/reviews/[reviewId]": reviewsReviewId,
  "/reviews/[reviewId]/resolve": reviewsReviewIdResolve,
  "/reviews/[reviewId]/assign": reviewsReviewIdAssign,
  "/reviews/counts": reviewsCounts,
  "/shipments/[shipmentId]/delivery-note.pdf": shipmentsShipmentIdDeliveryNotePdf,
  "/waivers": waivers,
  "/waivers/[waiverId]/approve": waiversWaiverIdApprove,
  "/waivers/[waiverId]/revoke": waiversWaiverIdRevoke,
};
