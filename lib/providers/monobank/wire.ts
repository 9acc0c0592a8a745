import { createHash } from "node:crypto";
import { currencyOfNumeric } from "../../domain/money.ts";
import type { MoneyFacts } from "../../domain/payment.ts";
import type {
  FiscalReceipt,
  Observation,
  ObservedRefund,
  PaymentDetails,
  PaymentReference,
} from "../../domain/provider.ts";
import { isJsonObject, type JsonObject } from "../exact-json.ts";
import { maskedCard, maskPayload, particular, sentence } from "../redact.ts";

/** The bank drops a hold that was not finalized in nine days. */
export const HOLD_DAYS = 9;
const DAY_MS = 86_400_000;

/** What `invoice/status` and webhooks carry, checked. Amounts are minor units. */
export type Invoice = {
  invoiceId: string;
  status: string;
  amountMinor: bigint;
  ccy: number;
  /** Absent while `hold`; at `processing` after `finalize` it is the whole held sum, which is not a capture. */
  finalMinor: bigint | null;
  createdAt: Date | null;
  modifiedAt: Date | null;
  reference: string | null;
  errCode: string | undefined;
  failureReason: string | undefined;
  cancels: Cancel[];
  info: JsonObject;
  payload: JsonObject;
};
type Cancel = { status: ObservedRefund["status"]; amountMinor: bigint; extRef: string | null; modified: string };

/** Reads a status object; null when it is not one (an identity, a status word, an amount and a currency are required). */
export function readInvoice(payload: JsonObject): Invoice | null {
  const { invoiceId, status, ccy, reference } = payload;
  const amountMinor = minor(payload.amount);
  const finalMinor = absent(payload.finalAmount) ? null : minor(payload.finalAmount);
  const cancels = absent(payload.cancelList) ? [] : readCancels(payload.cancelList);
  if (typeof invoiceId !== "string" || !/^[\w-]{1,64}$/.test(invoiceId)) return null;
  if (typeof status !== "string" || status === "" || status.length > 64) return null;
  if (amountMinor === null || !Number.isInteger(ccy) || cancels === null) return null;
  if (finalMinor === null && !absent(payload.finalAmount)) return null;
  return {
    invoiceId,
    status,
    amountMinor,
    ccy: ccy as number,
    finalMinor,
    createdAt: time(payload.createdDate),
    modifiedAt: time(payload.modifiedDate),
    reference: typeof reference === "string" && reference !== "" && reference.length <= 255 ? reference : null,
    errCode: particular(payload.errCode),
    failureReason: sentence(payload.failureReason) || undefined,
    cancels,
    info: isJsonObject(payload.paymentInfo) ? payload.paymentInfo : {},
    payload,
  };
}

export const absent = (value: unknown): boolean => value === undefined || value === null;

/** Whole minor units only: a fraction, a sign or a number beyond 2^53 is not an amount. */
export const minor = (value: unknown): bigint | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;

export const time = (value: unknown): Date | null => {
  const ms = typeof value === "string" && value.length <= 40 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms);
};

function readCancels(value: unknown): Cancel[] | null {
  if (!Array.isArray(value)) return null;
  const list = value.map((item): Cancel | null => {
    if (!isJsonObject(item)) return null;
    const amountMinor = minor(item.amount);
    const status = (["processing", "success", "failure"] as const).find((word) => word === item.status);
    // An item in a word we do not know moves no money in our books; the sums of the invoice itself still speak.
    return {
      status: amountMinor === null ? "processing" : (status ?? "processing"),
      amountMinor: amountMinor ?? 0n,
      extRef: typeof item.extRef === "string" && item.extRef !== "" ? item.extRef.slice(0, 255) : null,
      modified: particular(item.modifiedDate) ?? "",
    };
  });
  return list.every((item) => item !== null) ? list : null;
}

const successful = (cancel: Cancel): boolean => cancel.status === "success";
const sum = (list: readonly Cancel[]): bigint => list.reduce((total, { amountMinor }) => total + amountMinor, 0n);

type Reading = {
  facts: Partial<MoneyFacts>;
  unknownStatus?: boolean;
  /** The item of the cancel list that is the rest of a part-finalized hold going back, not a refund. */
  release?: Cancel | undefined;
};

/**
 * What a report proves by itself. `payment` is what we know when we asked; a webhook comes without it, and then a word
 * that can mean two things (`reversed`: a hold let go, or taken money given back) adds no money: the status call does.
 */
function readFacts(invoice: Invoice, payment: PaymentReference | null): Reading {
  switch (invoice.status) {
    case "created":
      return { facts: { progress: "pending" } };
    case "processing":
      // Also said after `finalize`, with the whole held sum as `finalAmount`: nothing is taken yet.
      return { facts: { progress: "processing" } };
    case "hold":
      return { facts: { progress: "processing", heldMinor: invoice.amountMinor } };
    case "success":
      return successFacts(invoice, payment);
    case "reversed":
      return reversedFacts(invoice, payment);
    case "failure":
      // 8001: the link ran out; 8002: the payer gave up. Any other code is a decline; the payer may try again.
      return {
        facts: { ended: invoice.errCode === "8001" ? "expired" : invoice.errCode === "8002" ? "cancelled" : "failed" },
      };
    case "expired":
      if (payment && payment.known.heldMinor > 0n && payment.known.capturedMinor === 0n)
        return { facts: { holdReleased: true } };
      return { facts: { ended: payment?.cancelRequested ? "cancelled" : "expired" } };
    default:
      return { facts: {}, unknownStatus: true };
  }
}

/** `finalAmount` is what is left after refunds, so what was taken in all = it + the refunds that went through. */
function successFacts(invoice: Invoice, payment: PaymentReference | null): Reading {
  const { amountMinor: asked, finalMinor: left } = invoice;
  const isHold = payment?.paymentType === "withholding";
  if (left === null) {
    // Undocumented. Only a debit's asked sum tells how much was taken then.
    const captured = payment && !isHold ? { capturedMinor: asked } : {};
    return { facts: { progress: "processing", ...captured }, unknownStatus: isHold };
  }
  const release = restOfHold(invoice, left, payment);
  const refunds = invoice.cancels.filter((cancel) => successful(cancel) && cancel !== release);
  const taken = largest(left + sum(refunds), payment?.known.capturedMinor ?? 0n);
  return {
    facts: {
      progress: "processing",
      ...(isHold ? { heldMinor: asked } : {}),
      capturedMinor: taken,
      // More was taken before than is there now, so the difference went back even where the list does not show it.
      refundedMinor: taken - left,
    },
    release,
  };
}

/**
 * Whether the rest of a part-finalized hold shows up in the cancel list is not documented. If it does, it carries no
 * reference of ours and what remains of the asked sum without it is what we finalized. A webhook cannot tell it from a
 * refund made in the bank's cabinet: then the item counts as neither, which is true of both (so much was taken at least,
 * and so much is there), until the status call.
 */
function restOfHold(invoice: Invoice, left: bigint, payment: PaymentReference | null): Cancel | undefined {
  if (payment && payment.paymentType !== "withholding") return undefined;
  const returned = invoice.cancels.filter(successful);
  const total = left + sum(returned);
  if (total !== invoice.amountMinor) return undefined;
  return returned.find(({ extRef, amountMinor }) => {
    const taken = total - amountMinor;
    if (extRef !== null || amountMinor === 0n) return false;
    if (!payment) return true;
    return payment.known.capturedMinor <= taken && (payment.finalizeRequestedMinor ?? taken) === taken;
  });
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** `reversed` says that nothing is left (or that a part went back, where `finalAmount` still says how much is there). */
function reversedFacts(invoice: Invoice, payment: PaymentReference | null): Reading {
  if (invoice.finalMinor !== null && invoice.finalMinor > 0n) return successFacts(invoice, payment);
  if (payment === null) return { facts: { progress: "processing" } };
  const { amountMinor: asked } = invoice;
  const returned = sum(invoice.cancels.filter(successful));
  const allBack = (takenMinor: bigint, heldMinor?: bigint): Reading => ({
    facts: {
      progress: "processing",
      capturedMinor: takenMinor,
      refundedMinor: takenMinor,
      ...(heldMinor === undefined ? {} : { heldMinor }),
    },
  });
  const { capturedMinor: known } = payment.known;
  if (payment.paymentType === "debit") return allBack(largest(known, returned) || asked);
  if (known > 0n) return allBack(known, asked);
  // A hold is let go whole. Less than the hold came back, so only that had been taken, and then refunded. The same where
  // exactly what we finalized came back.
  if (returned > 0n && (returned < asked || returned === payment.finalizeRequestedMinor))
    return allBack(returned, asked);
  // Cannot be known from this report: a hold let go, or taken whole and refunded whole by somebody else. Nothing is there
  // either way. Should a capture turn up later, the two facts contradict each other and a person looks.
  return { facts: { progress: "processing", heldMinor: asked, holdReleased: true } };
}

/** Money in the bank's words is confirmed by a status call: the webhook names no merchant, so another one could pay itself. */
export const needsConfirmation = (invoice: Invoice): boolean =>
  invoice.status !== "created" && invoice.status !== "processing";

/** The report in our words. */
export function observe(invoice: Invoice, payment: PaymentReference | null): Observation {
  const { facts, unknownStatus, release } = readFacts(invoice, payment);
  return {
    reference: invoice.reference,
    providerPaymentId: invoice.invoiceId,
    facts,
    asked: { amountMinor: invoice.amountMinor, currency: currencyOfNumeric(invoice.ccy) ?? String(invoice.ccy) },
    providerStatus: sentence(invoice.status),
    unknownStatus: unknownStatus ?? false,
    wrongAccount: false,
    holdExpiresAt: invoice.status === "hold" ? holdEnd(invoice) : null,
    details: readDetails(invoice),
    refunds: invoice.cancels
      .filter((cancel) => cancel !== release)
      .map(({ extRef, amountMinor, status }) => ({ reference: extRef, amountMinor, status })),
    providerTime: invoice.modifiedAt ?? invoice.createdAt,
    eventKey: eventKey(invoice),
    raw: maskPayload(invoice.payload),
  };
}

/** Nine days from the hold. A refused release touches `modifiedDate`, then only the invoice's birth is a safe start. */
function holdEnd(invoice: Invoice): Date | null {
  const from = invoice.cancels.length === 0 ? (invoice.modifiedAt ?? invoice.createdAt) : invoice.createdAt;
  return from && new Date(from.getTime() + HOLD_DAYS * DAY_MS);
}

/**
 * (invoice, status, modifiedDate) alone is too coarse for one-second dates, so the money is part of it. The same report is
 * the same event whether it came by webhook or by status, in any key order, signed once or again.
 */
function eventKey(invoice: Invoice): string {
  const cancels = invoice.cancels
    .map(({ status, amountMinor, extRef, modified }) => [status, String(amountMinor), extRef, modified])
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const money = [String(invoice.amountMinor), invoice.ccy, String(invoice.finalMinor), invoice.errCode ?? "", cancels];
  const digest = createHash("sha256").update(JSON.stringify(money)).digest("hex").slice(0, 32);
  return [invoice.invoiceId, invoice.status, invoice.modifiedAt?.toISOString() ?? "", digest].join("|");
}

/** Particulars that are there; a capture's report may lack the card, and nothing is blanked by that. */
function readDetails({ info, errCode, failureReason }: Invoice): PaymentDetails {
  const fee = minor(info.fee);
  const details: PaymentDetails = {
    maskedCard: maskedCard(info.maskedPan),
    cardBank: particular(info.bank),
    paymentSystem: particular(info.paymentSystem),
    method: particular(info.paymentMethod),
    rrn: particular(info.rrn),
    approvalCode: particular(info.approvalCode),
    terminal: particular(info.terminal),
    transactionId: particular(info.tranId),
    feeMinor: fee === null ? undefined : String(fee),
    failureCode: errCode,
    failureReason,
  };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

const CHECK_STATES: Record<string, FiscalReceipt["status"]> = {
  new: "required",
  process: "required",
  done: "issued",
  failed: "failed",
};

/** The check of the sale among an invoice's fiscal checks; a state we do not know is one that is still to come. */
export function readChecks(checks: readonly unknown[]): FiscalReceipt {
  const sale = checks.filter(isJsonObject).find(({ type }) => type === "sale");
  if (!sale) return { status: "none", url: null };
  return { status: CHECK_STATES[String(sale.status)] ?? "required", url: taxUrl(sale.taxUrl) };
}

/** An address that a person may be led to: https, without a sign-in in it, of a length that an address has. */
function taxUrl(value: unknown): string | null {
  if (typeof value !== "string" || value.length > 500) return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  return url?.protocol === "https:" && !url.username && !url.password ? url.href : null;
}
