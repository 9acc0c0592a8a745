// A monobank invoice and how it looks in `status` and in webhooks.
import type { Payment } from "./kit.ts";
import { digits } from "./util.ts";

export interface CancelItem {
  status: "processing" | "success" | "failure";
  amount: number;
  createdMs: number;
  modifiedMs: number;
  approvalCode: string;
  rrn: string;
  extRef?: string;
}

export interface PaymentInfo {
  rrn: string;
  approvalCode: string;
  tranId: string;
  terminal: string;
  bank: string;
  paymentSystem: string;
  country: string;
  fee: number;
  paymentMethod: string;
  maskedPan: string;
}

export interface Invoice extends Payment {
  status: "created" | "processing" | "hold" | "success" | "failure" | "reversed" | "expired";
  page: string;
  destination: string;
  paymentType: "debit" | "hold" | "verification";
  ccy: number;
  redirectUrl?: string;
  successUrl?: string;
  failUrl?: string;
  webHookUrl?: string;
  validUntil: number;
  modifiedMs: number;
  hasBasket: boolean;
  metadata?: Record<string, string>;
  opened: boolean;
  removed: boolean;
  errCode?: string;
  failureReason?: string;
  finalAmount?: number;
  info?: PaymentInfo;
  paidMs?: number;
  heldMs?: number;
  /** Sum accepted by finalize; undefined until then. */
  capture?: number;
  captureWebhook?: boolean;
  cancels: CancelItem[];
  trying?: { code?: string; amountMinor?: number; currency?: string };
}

export const CURRENCIES: Record<number, string> = { 980: "UAH", 840: "USD", 978: "EUR" };

export function numericCurrency(alpha: string | undefined): number | undefined {
  const found = Object.entries(CURRENCIES).find(([code, name]) => name === alpha || code === alpha);
  return found ? Number(found[0]) : undefined;
}

export const DECLINES: [string, string, string][] = [
  ["59", "Insufficient funds", "Недостатньо коштів"],
  ["51", "The card has expired", "Термін дії картки минув"],
  ["55", "Declined by the issuing bank", "Відхилено банком, що випустив картку"],
  ["61", "Internet payment limit reached", "Вичерпано ліміт оплат в інтернеті"],
  ["80", "Wrong CVV", "Неправильний CVV"],
  ["40", "The card is reported lost", "Картку оголошено втраченою"],
  ["1034", "3-D Secure was not passed", "Перевірку 3-D Secure не пройдено"],
  ["1406", "The card is blocked by risk control", "Картку заблоковано службою ризиків"],
  ["8001", "The link has expired", "Термін дії посилання минув"],
  ["8003", "Technical error", "Технічна помилка"],
];

export function declineText(code: string): string {
  if (code === "8002") return "The payer cancelled";
  return DECLINES.find(([c]) => c === code)?.[1] ?? "Declined";
}

/** RFC 3339, UTC, whole seconds. */
export function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The bank's fee in the emulator: 1.3 %, half up. */
export function feeOf(minor: number): number {
  return Math.floor((minor * 13 + 500) / 1000);
}

export function cardInfo(card: string, amount: number): PaymentInfo {
  const clean = card.replace(/\D/g, "");
  return {
    rrn: digits(12),
    approvalCode: digits(6),
    tranId: digits(8),
    terminal: "XPZ00001",
    bank: "Test bank",
    paymentSystem: clean.startsWith("4") ? "visa" : "mastercard",
    country: "804",
    fee: feeOf(amount),
    paymentMethod: "pan",
    maskedPan: `${clean.slice(0, 8)}******${clean.slice(-2)}`,
  };
}

export function refundedOf(invoice: Invoice): number {
  return invoice.cancels.filter((c) => c.status === "success").reduce((sum, c) => sum + c.amount, 0);
}

export function pendingCancelOf(invoice: Invoice): number {
  return invoice.cancels.filter((c) => c.status === "processing").reduce((sum, c) => sum + c.amount, 0);
}

/** The object of `invoice/status` and of webhooks, in the key order seen live. */
export function statusBody(
  invoice: Invoice,
  options: { payMethod: boolean; cardDetails: boolean },
): Record<string, unknown> {
  const { info } = invoice;
  const paid = info !== undefined && invoice.status !== "created" && invoice.status !== "expired";
  return {
    invoiceId: invoice.id,
    status: invoice.status,
    ...(paid && options.payMethod ? { payMethod: info.paymentMethod } : {}),
    ...(invoice.failureReason ? { failureReason: invoice.failureReason } : {}),
    ...(invoice.errCode ? { errCode: invoice.errCode } : {}),
    amount: invoice.amountMinor,
    ccy: invoice.ccy,
    ...(invoice.finalAmount === undefined ? {} : { finalAmount: invoice.finalAmount }),
    createdDate: iso(invoice.createdMs),
    modifiedDate: iso(invoice.modifiedMs),
    ...(invoice.reference ? { reference: invoice.reference } : {}),
    ...(invoice.destination ? { destination: invoice.destination } : {}),
    ...(invoice.cancels.length ? { cancelList: invoice.cancels.map((item) => cancelBody(invoice, item)) } : {}),
    ...(paid && options.cardDetails ? { paymentInfo: info } : {}),
  };
}

function cancelBody(invoice: Invoice, item: CancelItem): Record<string, unknown> {
  return {
    status: item.status,
    amount: item.amount,
    ccy: invoice.ccy,
    createdDate: iso(item.createdMs),
    modifiedDate: iso(item.modifiedMs),
    approvalCode: item.approvalCode,
    rrn: item.rrn,
    ...(item.extRef === undefined ? {} : { extRef: item.extRef }),
  };
}
