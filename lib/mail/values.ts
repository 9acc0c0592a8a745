import type { MessageFacts, MessageParams } from "#db/queries/messages";
import type { PlaceholderValues } from "#lib/domain/message";
import type { MoneyView } from "#lib/domain/money";
import { formatLongDate, formatMoney, formatMoneyView, formatOffset, formatTime } from "#lib/format";
import { COMPANY_ZONE, type Locale } from "#lib/i18n/locale";
import { pages } from "#lib/paths";
import { failureKind } from "#lib/pay/failure-words";
import { sayIn } from "#lib/pay/words";

/** What the placeholders of a customer's message stand for, in their language; what there is none of is left out. */
export function valuesOf(
  facts: MessageFacts,
  params: MessageParams,
  language: Locale,
  appUrl: string,
): PlaceholderValues {
  const { company, customer, order, payment } = facts;
  const zone = company?.zone ?? COMPANY_ZONE;
  const contact = [company?.email, company?.phone].filter(Boolean).join(", ");
  const values: PlaceholderValues = { company: company?.name ?? "", contact };
  if (customer) values.customer = customer.name;
  if (!order) return values;
  values.order = order.number;
  values.total = formatMoney(order.totalMinor, order.currency, language);
  values.link = `${appUrl}${pages.pay(order.payToken)}`;
  const asked = isMoneyView(params.amount) ? params.amount : null;
  const document = documentOf(facts);
  if (document) values.document = `${appUrl}${document}${language === order.language ? "" : `?lang=${language}`}`;
  if (asked) values.amount = formatMoneyView(asked, language);
  else if (payment) values.amount = formatMoney(payment.amountMinor, payment.currency, language);
  // What is still to be paid after this link, or after what has come.
  const ahead = payment && payment.state === "pending" ? payment.amountMinor : 0n;
  const balance = order.totalMinor - order.securedMinor - ahead;
  if (balance > 0n) values.balance = formatMoney(balance, order.currency, language);
  const until = payment?.state === "pending" ? payment.expiresAt : null;
  if (until) values.until = momentInWords(until, language, zone);
  const reason = payment?.state === "failed" ? reasonOf(payment, language) : null;
  if (reason) values.reason = reason;
  return values;
}

/** What a customer may want on paper: before paying the pro-forma invoice, then the receipt; as their page offers them. */
function documentOf({ order, payment }: MessageFacts): string | null {
  if (!order?.releasedAt) return null;
  if (payment && payment.capturedMinor > 0n && !payment.needsReview)
    return pages.payReceipt(order.payToken, payment.attempt);
  const over = order.cancelledAt !== null || order.cancelRequestedAt !== null;
  return over || order.totalMinor === 0n ? null : pages.payProForma(order.payToken);
}

/** A moment that cannot be mistaken for another, also by somebody elsewhere. */
export const momentInWords = (at: Date, locale: Locale, zone: string): string =>
  `${formatLongDate(at, { locale, zone })}, ${formatTime(at, { zone })} (${zoneInWords(at, locale, zone)})`;

const zoneInWords = (at: Date, locale: Locale, zone: string): string =>
  zone === "Europe/Kyiv" ? sayIn(locale)("kyivTime") : formatOffset(at, { zone });

function reasonOf(payment: NonNullable<MessageFacts["payment"]>, language: Locale): string | null {
  const kind = failureKind(payment.provider, payment.details.failureCode ?? null);
  if (kind) return sayIn(language)(`failure.${kind}`);
  return payment.details.failureReason?.trim() || null;
}

const isMoneyView = (value: unknown): value is MoneyView =>
  typeof value === "object" && value !== null && "amount" in value && "currency" in value;
