import type { AuditExportQuery, AuditListQuery } from "#lib/contracts/audit";
import type { HoldListQuery } from "#lib/contracts/holds";
import type { OrderListQuery } from "#lib/contracts/orders";
import type { PaymentListQuery } from "#lib/contracts/payments";
import type { ReviewListQuery } from "#lib/contracts/reviews";

/** Every address of Holdpoint, pages and API, so that a renamed one does not compile. */

type Query = Record<string, string | number | undefined>;

function withQuery(path: string, query: Query = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  if (filled.length === 0) return path;
  return `${path}?${new URLSearchParams(filled.map(([name, value]) => [name, String(value)]))}`;
}
const segment = encodeURIComponent;

export const pages = {
  home: () => "/orders",
  signIn: (next?: string) => withQuery("/sign-in", { next }),
  forgotPassword: () => "/sign-in/forgot",
  /** Where the mailed link leads; `token` is good once, for a while. */
  newPassword: (token: string) => `/sign-in/new-password/${segment(token)}`,
  orders: (query: Partial<OrderListQuery> = {}) => withQuery("/orders", query),
  newOrder: () => "/orders/new",
  order: (orderId: string) => `/orders/${segment(orderId)}`,
  editOrder: (orderId: string) => `/orders/${segment(orderId)}/edit`,
  transactions: (query: Partial<PaymentListQuery> = {}) => withQuery("/transactions", query),
  transaction: (paymentId: string) => `/transactions/${segment(paymentId)}`,
  holds: (query: Partial<HoldListQuery> = {}) => withQuery("/holds", query),
  /** The desk; `orderId` leads to the open task of an order. */
  reviews: (query: Partial<ReviewListQuery> = {}) => withQuery("/review", query),
  review: (reviewId: string, query: Partial<ReviewListQuery> = {}) => withQuery(`/review/${segment(reviewId)}`, query),
  /** What waits for a second person, and what such persons have allowed. */
  approvals: (query: { view?: string; cursor?: string } = {}) => withQuery("/approvals", query),
  customers: (query: { q?: string; cursor?: string } = {}) => withQuery("/customers", query),
  items: (query: { q?: string; active?: string; cursor?: string } = {}) => withQuery("/items", query),
  notices: (query: { state?: string; cursor?: string } = {}) => withQuery("/notices", query),
  settings: () => "/settings",
  notifications: () => "/settings/notifications",
  company: () => "/settings/company",
  paymentServices: () => "/settings/payment-services",
  newPaymentService: () => "/settings/payment-services/new",
  paymentService: (serviceId: string) => `/settings/payment-services/${segment(serviceId)}`,
  managePaymentLinks: () => "/settings/manage-payment-links",
  audit: (query: Partial<AuditListQuery> = {}) => withQuery("/settings/audit", query),
  messageSettings: () => "/settings/messages",
  /** The customer's page of an order. */
  pay: (token: string) => `/pay/${segment(token)}`,
  payProForma: (token: string) => `/pay/${segment(token)}/pro-forma.pdf`,
  payReceipt: (token: string, attempt: number) => `/pay/${segment(token)}/receipt/${attempt}.pdf`,
} as const;

const V1 = "/api/v1";
const order = (orderId: string) => `${V1}/orders/${segment(orderId)}`;
const payment = (paymentId: string) => `${V1}/payments/${segment(paymentId)}`;
const review = (reviewId: string) => `${V1}/reviews/${segment(reviewId)}`;
const service = (serviceId: string) => `${V1}/payment-services/${segment(serviceId)}`;

export const api = {
  orders: (query: Partial<OrderListQuery> = {}) => withQuery(`${V1}/orders`, query),
  orderCounts: () => `${V1}/orders/counts`,
  order,
  releaseOrder: (orderId: string) => `${order(orderId)}/release`,
  reopenOrder: (orderId: string) => `${order(orderId)}/reopen`,
  previewOrder: (orderId: string) => `${order(orderId)}/preview`,
  cancelOrder: (orderId: string) => `${order(orderId)}/cancel`,
  orderPayments: (orderId: string) => `${order(orderId)}/payments`,
  orderShipments: (orderId: string) => `${order(orderId)}/shipments`,
  orderInvoices: (orderId: string) => `${order(orderId)}/invoices`,
  orderGate: (orderId: string) => `${order(orderId)}/gate`,
  orderShares: (orderId: string) => `${order(orderId)}/shares`,
  proForma: (orderId: string, query: { lang?: string } = {}) => withQuery(`${order(orderId)}/pro-forma.pdf`, query),
  invoicePdf: (invoiceId: string) => `${V1}/invoices/${segment(invoiceId)}/invoice.pdf`,
  deliveryNotePdf: (shipmentId: string) => `${V1}/shipments/${segment(shipmentId)}/delivery-note.pdf`,
  orderMessages: (orderId: string) => `${order(orderId)}/messages`,
  resendMessage: (messageId: string) => `${V1}/messages/${segment(messageId)}/resend`,
  messageSettings: () => `${V1}/message-settings`,
  testSms: () => `${V1}/message-settings/test-sms`,
  messageTemplate: (kind: string, language: string) => `${V1}/message-templates/${segment(kind)}/${segment(language)}`,
  previewMessage: () => `${V1}/message-templates/preview`,
  testMessage: () => `${V1}/message-templates/test`,
  orderTimeline: (orderId: string) => `${order(orderId)}/timeline`,
  orderWaivers: (orderId: string) => `${order(orderId)}/waivers`,
  orderOfflinePayments: (orderId: string) => `${order(orderId)}/offline-payments`,
  approveOffline: (receiptId: string) => `${V1}/offline-payments/${segment(receiptId)}/approve`,
  refuseOffline: (receiptId: string) => `${V1}/offline-payments/${segment(receiptId)}/refuse`,
  orderAttachments: (orderId: string, name: string) => withQuery(`${order(orderId)}/attachments`, { name }),
  attachment: (attachmentId: string) => `${V1}/attachments/${segment(attachmentId)}`,
  approveWaiver: (waiverId: string) => `${V1}/waivers/${segment(waiverId)}/approve`,
  revokeWaiver: (waiverId: string) => `${V1}/waivers/${segment(waiverId)}/revoke`,
  payments: (query: Partial<PaymentListQuery> = {}) => withQuery(`${V1}/payments`, query),
  payment,
  syncPayment: (paymentId: string) => `${payment(paymentId)}/sync`,
  cancelPayment: (paymentId: string) => `${payment(paymentId)}/cancel`,
  finalizePayment: (paymentId: string) => `${payment(paymentId)}/finalize`,
  releaseHold: (paymentId: string) => `${payment(paymentId)}/release-hold`,
  refunds: (paymentId: string) => `${payment(paymentId)}/refunds`,
  receiptPdf: (paymentId: string) => `${payment(paymentId)}/receipt.pdf`,
  shares: (paymentId: string) => `${payment(paymentId)}/shares`,
  holds: (query: Partial<HoldListQuery> = {}) => withQuery(`${V1}/holds`, query),
  finalizeHolds: () => `${V1}/holds/finalize`,
  reviews: (query: Partial<ReviewListQuery> = {}) => withQuery(`${V1}/reviews`, query),
  review,
  resolveReview: (reviewId: string) => `${review(reviewId)}/resolve`,
  assignReview: (reviewId: string) => `${review(reviewId)}/assign`,
  audit: (query: Partial<AuditListQuery> = {}) => withQuery(`${V1}/audit`, query),
  auditExport: (query: Partial<AuditExportQuery> = {}) => withQuery(`${V1}/audit/export`, query),
  auditVerification: () => `${V1}/audit/verification`,
  reviewCounts: () => `${V1}/reviews/counts`,
  paymentServices: () => `${V1}/payment-services`,
  paymentService: service,
  testPaymentService: (serviceId: string) => `${service(serviceId)}/test`,
  me: () => `${V1}/me`,
  company: () => `${V1}/company`,
  preferences: () => `${V1}/me/preferences`,
  notices: (query: { state?: string; cursor?: string; limit?: number } = {}) => withQuery(`${V1}/notices`, query),
  unreadNotices: () => `${V1}/notices/unread`,
  readNotices: () => `${V1}/notices/read`,
  customers: (query: { q?: string; limit?: number } = {}) => withQuery(`${V1}/customers`, query),
  customer: (customerId: string) => `${V1}/customers/${segment(customerId)}`,
  items: (query: { q?: string; limit?: number } = {}) => withQuery(`${V1}/items`, query),
  item: (itemId: string) => `${V1}/items/${segment(itemId)}`,
  managePaymentLinks: () => "/api/cron/manage-payment-links",
  webhook: (serviceId: string) => `/api/webhooks/${segment(serviceId)}`,
  mailWebhook: () => "/api/webhooks/mail",
  csrf: () => "/api/auth/csrf",
  signIn: () => "/api/auth/callback/credentials",
  signOut: () => "/api/auth/signout",
  forgotPassword: () => "/api/auth/forgot",
  newPassword: () => "/api/auth/new-password",
} as const;

/**
 * Where to go after signing in: a path of ours, or home. `//other.example`, `/\\other.example` and anything with a scheme
 * would leave the site.
 */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith("/") || /^\/[/\\]/.test(next)) return pages.home();
  try {
    const url = new URL(next, "https://holdpoint.invalid");
    return url.origin === "https://holdpoint.invalid" ? url.pathname + url.search + url.hash : pages.home();
  } catch {
    return pages.home();
  }
}
