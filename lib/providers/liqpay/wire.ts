import { type Currency, fromDecimal, isCurrency } from "../../domain/money.ts";
import { everHadMoney, type MoneyFacts } from "../../domain/payment.ts";
import type { Observation, PaymentDetails, PaymentReference, ServiceAccount } from "../../domain/provider.ts";
import type { JsonObject } from "../exact-json.ts";
import { maskedCard, maskPayload, particular, sentence } from "../redact.ts";
import { isSandboxKey, keysOf } from "./credentials.ts";
import { errorCode } from "./errors.ts";

/**
 * The payer's bank may lift the block after up to 8 days although LiqPay takes a completion for 30, so the documentation
 * says to capture within 7: that is when we stop counting on a hold.
 */
export const HOLD_DAYS = 7;
const DAY_MS = 86_400_000;
/** A page opened in time may finish a little after `expired_date`. */
const GRACE_MS = 30 * 60_000;

const WAITING = [
  "invoice_wait",
  "prepared",
  "cash_wait",
  "3ds_verify",
  "otp_verify",
  "cvv_verify",
  "captcha_verify",
  "ivr_verify",
  "pin_verify",
  "password_verify",
  "phone_verify",
  "sender_verify",
  "receiver_verify",
  "senderapp_verify",
  "p24_verify",
  "mp_verify",
  "wait_qr",
  "wait_sender",
  "try_again",
];
/** Waiting in which nobody has begun to pay: over when the link is. */
const NOT_BEGUN = ["payment_not_found", "invoice_wait", "prepared", "try_again"];
const PAID = ["success", "wait_compensation", "sandbox"];
/** Money was seen, moved or set aside: the webhook alone is not enough (its signature is a secret shared with us). */
const CONFIRM = [...PAID, "hold_wait", "reversed", "wait_reserve"];

/** A payment object of `status`, of a completion's reply or of a callback, checked. Amounts are minor units. */
export type Report = {
  orderId: string | null;
  paymentId: string | null;
  action: string;
  isHold: boolean;
  status: string;
  amountMinor: bigint | null;
  currency: string;
  /** Cumulative; null where the report has none. */
  refundMinor: bigint | null;
  createdAt: Date | null;
  endedAt: Date | null;
  completedAt: Date | null;
  refundedAt: Date | null;
  publicKey: string | null;
  payload: JsonObject;
};

/** Reads a payment object; null without a status word, or where money is spoken of in a way that cannot be read. */
export function readReport(payload: JsonObject): Report | null {
  const status = text(payload.status);
  if (!status || status.length > 64) return null;
  const currency = text(payload.currency) ?? "";
  const amountMinor = amount(payload.amount, currency);
  const refundMinor = amount(payload.refund_amount, currency);
  if (amountMinor === undefined || refundMinor === undefined) return null;
  if (amountMinor === null && [...PAID, "hold_wait"].includes(status)) return null;
  return {
    orderId: text(payload.order_id),
    paymentId: text(payload.payment_id),
    action: text(payload.action) ?? "",
    isHold: payload.action === "hold" || payload.type === "hold",
    status,
    amountMinor,
    currency,
    refundMinor,
    createdAt: time(payload.create_date),
    endedAt: time(payload.end_date),
    completedAt: time(payload.completion_date),
    refundedAt: time(payload.refund_date_last),
    publicKey: text(payload.public_key),
    payload,
  };
}

const text = (value: unknown): string | null =>
  (typeof value === "string" || typeof value === "number") && value !== "" && String(value).length <= 255
    ? String(value)
    : null;

/** Decimal text in major units, from the payload's own digits. Null where absent, undefined where it cannot be read. */
function amount(value: unknown, currency: string): bigint | null | undefined {
  if (value === undefined || value === null || value === "") return null;
  const digitsLike: Currency = isCurrency(currency) ? currency : "UAH";
  return fromDecimal(text(value) ?? "", digitsLike) ?? undefined;
}

/** Milliseconds since 1970. */
const time = (value: unknown): Date | null => (/^\d{12,14}$/.test(text(value) ?? "") ? new Date(Number(value)) : null);

type Reading = { facts: Partial<MoneyFacts>; unknownStatus?: boolean };

/**
 * What a report proves by itself. `payment` is what we know when we asked; a callback comes without it, and then a word
 * that can mean two things (`success` of a hold: is `amount` the held or the taken sum? `reversed`: let go or refunded?)
 * adds only what is true of both, until the status call.
 */
function readFacts(report: Report, payment: PaymentReference | null): Reading {
  const { status } = report;
  if (PAID.includes(status)) return { facts: payment ? paidFacts(report, payment) : paidByCallback(report) };
  if (WAITING.includes(status) || status === "payment_not_found") {
    const over = NOT_BEGUN.includes(status) && payment !== null && linkIsOver(payment);
    return { facts: over ? { ended: payment.cancelRequested ? "cancelled" : "expired" } : { progress: "pending" } };
  }
  switch (status) {
    case "processing":
    // Set aside to pay for a refund, this payment's own or another's: money that was taken is still counted as taken.
    case "wait_reserve":
      return { facts: { progress: "processing" } };
    case "hold_wait":
      return { facts: { progress: "processing", heldMinor: report.amountMinor ?? 0n } };
    case "reversed":
      return payment ? reversedFacts(report, payment) : { facts: { progress: "processing" } };
    case "failure":
    case "error":
    case "expired":
      return { facts: endedFacts(report, payment) };
    default:
      // Also `wait_accept`, `wait_secure`, `wait_card`, `wait_lc`: charged perhaps, but not paid to the shop.
      return { facts: {}, unknownStatus: true };
  }
}

/** Nobody pays on a dead link; the grace is for pages that were opened in time. */
const linkIsOver = ({ expiresAt, now, known }: PaymentReference): boolean =>
  expiresAt !== null && now.getTime() > expiresAt.getTime() + GRACE_MS && !everHadMoney(known);

function paidByCallback(report: Report): Partial<MoneyFacts> {
  const sum = report.amountMinor ?? 0n;
  if (report.isHold) return { progress: "processing", heldMinor: sum };
  if (report.action !== "pay") return { progress: "processing" };
  return { progress: "processing", capturedMinor: sum, refundedMinor: report.refundMinor ?? 0n };
}

function paidFacts(report: Report, payment: PaymentReference): Partial<MoneyFacts> {
  const sum = report.amountMinor ?? 0n;
  const refundedMinor = report.refundMinor ?? 0n;
  if (payment.paymentType === "debit")
    return { progress: "processing", capturedMinor: largest(sum, payment.known.capturedMinor), refundedMinor };
  return {
    progress: "processing",
    heldMinor: heldBefore(sum, payment),
    capturedMinor: takenFromHold(sum, payment),
    refundedMinor,
  };
}

/** What was held before it was taken: as it was reported, else what was asked. */
const heldBefore = (sum: bigint, { known, amountMinor }: PaymentReference): bigint =>
  largest(sum, known.heldMinor > 0n ? known.heldMinor : amountMinor);

/**
 * After a part completion `amount` may be the taken or still the held sum (sources differ). A hold is completed once, so
 * what we know of it stands; else our own completion's sum where the report shows more; else the report.
 */
function takenFromHold(sum: bigint, { known, finalizeRequestedMinor }: PaymentReference): bigint {
  if (known.capturedMinor > 0n) return known.capturedMinor;
  return finalizeRequestedMinor !== null && finalizeRequestedMinor < sum ? finalizeRequestedMinor : sum;
}

/** One word for a hold let go and for a refund, whole or part: the numbers and what was taken before decide. */
function reversedFacts(report: Report, payment: PaymentReference): Reading {
  const sum = report.amountMinor ?? payment.amountMinor;
  const { known } = payment;
  if (payment.paymentType === "debit") {
    const capturedMinor = largest(sum, known.capturedMinor);
    return { facts: { progress: "processing", capturedMinor, refundedMinor: report.refundMinor ?? capturedMinor } };
  }
  const heldMinor = heldBefore(sum, payment);
  if (known.capturedMinor > 0n || report.completedAt) {
    const capturedMinor = takenFromHold(sum, payment);
    const refundedMinor = report.refundMinor ?? capturedMinor;
    return { facts: { progress: "processing", heldMinor, capturedMinor, refundedMinor } };
  }
  // Never taken as far as anybody told us, so it was let go. A refunded part without a capture does not add up: the hold
  // counts for nothing and a person looks.
  const part = report.refundMinor !== null && report.refundMinor < sum;
  return { facts: { progress: "processing", heldMinor, holdReleased: true }, unknownStatus: part };
}

function endedFacts(report: Report, payment: PaymentReference | null): Partial<MoneyFacts> {
  // A refund that failed is not a payment that failed.
  if (report.action === "refund") return {};
  const lapsed =
    payment !== null &&
    payment.known.heldMinor > 0n &&
    payment.known.capturedMinor === 0n &&
    report.paymentId !== null &&
    report.paymentId === payment.providerPaymentId;
  // The very payment that held the money has failed: the hold is gone. (Another id is another try; money stays.)
  if (lapsed) return { holdReleased: true };
  const code = errorCode(report.payload) ?? "";
  if (report.status === "expired" || code.startsWith("expired_"))
    return { ended: payment?.cancelRequested ? "cancelled" : "expired" };
  return { ended: code === "cancel" ? "cancelled" : "failed" };
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

export const needsConfirmation = ({ status }: Report): boolean => CONFIRM.includes(status);

/** The report in our words. A test payment on a live service, or another shop's payment, adds nothing. */
export function observe(report: Report, account: ServiceAccount, payment: PaymentReference | null): Observation {
  const publicKey = keysOf(account)?.publicKey ?? "";
  const isTest = report.status === "sandbox" || isSandboxKey(publicKey);
  const wrongAccount =
    (report.publicKey !== null && report.publicKey !== publicKey) || (isTest && account.mode === "live");
  const { facts, unknownStatus } = readFacts(report, payment);
  const holdFrom = report.createdAt ?? report.endedAt;
  // The same words read differently are another event: a dead link is told by the clock, and a payment that was not ours
  // may turn out to be (an admin repairs the keys or the mode).
  const over = facts.ended !== null && facts.ended !== undefined && NOT_BEGUN.includes(report.status);
  return {
    reference: report.orderId,
    providerPaymentId: report.paymentId,
    facts: wrongAccount ? {} : facts,
    asked: askedOf(report, payment),
    providerStatus: sentence(report.status),
    unknownStatus: unknownStatus ?? false,
    wrongAccount,
    // The block is not older than the payment: `create_date` is when the page was opened, so this errs to the safe side.
    holdExpiresAt:
      report.status === "hold_wait" && holdFrom && !wrongAccount
        ? new Date(holdFrom.getTime() + HOLD_DAYS * DAY_MS)
        : null,
    details: readDetails(report),
    // LiqPay tells one cumulative sum, never a list.
    refunds: [],
    providerTime: report.refundedAt ?? report.completedAt ?? report.endedAt ?? report.createdAt,
    eventKey: eventKey(report) + (wrongAccount ? "|foreign" : over ? "|over" : ""),
    raw: maskPayload(report.payload),
  };
}

/** `amount` is what was asked, except where it may be what was taken from a hold or given back. */
function askedOf(report: Report, payment: PaymentReference | null): Observation["asked"] {
  const { amountMinor, currency, status } = report;
  if (amountMinor === null || status === "reversed" || report.action === "refund" || report.refundMinor) return null;
  const isHold = payment ? payment.paymentType === "withholding" : report.isHold;
  const maybePart = isHold && PAID.includes(status) && (payment === null || amountMinor < payment.amountMinor);
  return maybePart ? null : { amountMinor, currency };
}

/** No event id exists; this is the union of what tells two reports apart. The same report is the same by both ways. */
const eventKey = (report: Report): string =>
  [
    report.orderId ?? "",
    report.paymentId ?? "",
    report.status,
    report.endedAt?.getTime() ?? "",
    report.completedAt?.getTime() ?? "",
    report.refundMinor ?? "",
    report.amountMinor ?? "",
    report.currency,
  ].join("|");

function readDetails({ payload, currency }: Report): PaymentDetails {
  const fee = amount(payload.receiver_commission, currency);
  const details: PaymentDetails = {
    maskedCard: maskedCard(payload.sender_card_mask2),
    cardBank: particular(payload.sender_card_bank),
    paymentSystem: particular(payload.sender_card_type),
    method: particular(payload.paytype),
    rrn: particular(payload.rrn_credit) ?? particular(payload.rrn_debit),
    approvalCode: particular(payload.authcode_credit) ?? particular(payload.authcode_debit),
    terminal: particular(payload.acq_id),
    transactionId: particular(payload.transaction_id),
    feeMinor: typeof fee === "bigint" ? String(fee) : undefined,
    // A link that nobody has opened is not found there: no failure of anybody.
    ...(payload.status === "payment_not_found"
      ? {}
      : { failureCode: errorCode(payload), failureReason: sentence(payload.err_description) || undefined }),
  };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}
