import type { NoticeView } from "#lib/contracts/notices";
import { formatMoneyView, formatTimeOrMoment, type Instant } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import { pages } from "#lib/paths";

/** Every value a notice's sentence may mention. Sentences choose by `none` where one is absent. */
const SLOTS = [
  "order",
  "customer",
  "amount",
  "how",
  "hours",
  "until",
  "service",
  "message",
  "reason",
  "name",
  "number",
  "recipient",
];
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** A translator of the namespace `notices`. */
type Translate = (key: never, values?: never) => string;

/** A notice in the reader's words. E-mails say the same sentence. */
export function noticeText(
  translate: Translate,
  notice: Pick<NoticeView, "kind" | "params" | "orderNumber" | "customerName">,
  place: { locale: Locale; zone: string; now: Instant },
): string {
  const values: Record<string, string> = Object.fromEntries(SLOTS.map((slot) => [slot, "none"]));
  const given = { order: notice.orderNumber, customer: notice.customerName, ...notice.params };
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === "") continue;
    if (typeof value === "object") values[name] = formatMoneyView(value, place.locale);
    else values[name] = ISO_INSTANT.test(String(value)) ? formatTimeOrMoment(String(value), place) : String(value);
  }
  return translate(`said.${notice.kind}` as never, values as never);
}

/** Where the person can do something about it. */
export function noticeHref({ kind, orderId, paymentId, params }: NoticeView): string {
  if (kind === "review_task" && typeof params.reviewId === "string") return pages.review(params.reviewId);
  if (kind === "provider_problem" && typeof params.serviceId === "string")
    return pages.paymentService(params.serviceId);
  if (kind === "hold_expiring" && paymentId !== null) return pages.transaction(paymentId);
  return orderId ? pages.order(orderId) : pages.notices();
}
