// A LiqPay payment, how it looks in answers and callbacks, and the checks on what creates it.
import type { Payment } from "./kit.ts";
import { type Envelope, Money, parseAmount, parseDate, type Refusal, type Version } from "./liqpay-wire.ts";

export interface LiqPayment extends Payment {
  version: Version;
  action: "pay" | "hold";
  description: string;
  page: string;
  language: string;
  resultUrl?: string;
  serverUrl?: string;
  expiresMs?: number;
  info?: string;
  customer?: string;
  invoice?: { id: number; token: string };
  opened: boolean;
  liqpayOrderId: string;
  card?: string;
  is3ds: boolean;
  authDebit?: string;
  authCredit?: string;
  rrnDebit?: string;
  rrnCredit?: string;
  heldMs?: number;
  heldMinor?: number;
  /** The payer's bank lifted the block; completion is no longer possible. */
  dropped: boolean;
  capturedMinor: number;
  refundedMinor: number;
  waitingRefundMinor: number;
  endMs?: number;
  completionMs?: number;
  refundMs?: number;
  errCode?: string;
  errText?: string;
  debitRate: number;
  trying?: { code?: string; amountMinor?: number; currency?: string; finalStatus?: string };
}

export const VERIFY = ["3ds_verify", "otp_verify", "cvv_verify"];
export const PAID = ["success", "sandbox", "wait_compensation"];

/** Published test cards; any other number that passes the Luhn check succeeds. */
export const TEST_CARDS: Record<string, { verify?: string; code?: string }> = {
  "4242424242424242": {},
  "4000000000003063": { verify: "3ds_verify" },
  "4000000000003089": { verify: "otp_verify" },
  "4000000000003055": { verify: "cvv_verify" },
  "4000000000000002": { code: "limit" },
  "4000000000009995": { code: "9859" },
};

export const DECLINES: [string, string, string][] = [
  ["9859", "Insufficient funds", "Недостатньо коштів"],
  ["limit", "The payer's limit is reached", "Вичерпано ліміт платника"],
  ["9851", "The card has expired", "Термін дії картки минув"],
  ["9861", "Internet payment limit reached", "Вичерпано ліміт оплат в інтернеті"],
  ["9854", "Declined, try later", "Відхилено, спробуйте пізніше"],
  ["9961", "Declined, ask the bank", "Відхилено, зверніться до банку"],
  ["frod", "The payment looks risky", "Платіж здається ризикованим"],
  ["5", "3-D Secure was not passed", "Перевірку 3-D Secure не пройдено"],
  ["90", "General error", "Загальна помилка"],
];

export function declineText(code: string): string {
  if (code === "cancel") return "The payer cancelled";
  if (code.startsWith("expired_")) return "Time is over";
  return DECLINES.find(([c]) => c === code)?.[1] ?? "Declined";
}

const wrong = (key: string): Refusal => ({ code: "err_wrong", text: `Invalid parameter ${key}`, key });
const missing = (key: string): Refusal => ({
  code: "err_missing",
  text: `Required parameter not passed ${key}`,
  key,
});

export interface Order {
  action: "pay" | "hold";
  amountMinor: number;
  currency: string;
  description: string;
  reference: string;
  language: string;
  resultUrl?: string;
  serverUrl?: string;
  expiresMs?: number;
  info?: string;
  customer?: string;
}

const LIMITS: [string, number][] = [
  ["order_id", 255],
  ["result_url", 510],
  ["server_url", 510],
  ["customer", 100],
  ["product_category", 25],
  ["product_description", 500],
  ["product_name", 100],
  ["product_url", 2000],
];
const PAYTYPES = ["apay", "gpay", "card", "privat24", "moment_part", "paypart", "cash", "invoice", "qr"];

/** What a checkout link or a bill must carry. `action` is `action_payment` for bills. */
export function checkOrder(params: Envelope["params"], action: unknown): Order | Refusal {
  for (const key of ["amount", "currency", "description", "order_id"]) {
    if (params[key] === undefined || params[key] === null) return missing(key);
  }
  if (params.order_id === "") return { code: "order_id_empty", text: "order_id is empty" };
  for (const [key, max] of LIMITS) {
    const value = params[key];
    if (value !== undefined && (typeof value !== "string" || [...value].length > max)) return wrong(key);
  }
  const amountMinor = parseAmount(params.amount);
  if (!amountMinor) return wrong("amount");
  const { currency, description } = params;
  if (currency !== "UAH" && currency !== "USD" && currency !== "EUR") {
    return { code: "err_wrong_currency", text: "Invalid currency" };
  }
  if (typeof description !== "string" || description === "") return wrong("description");
  if (action !== "pay" && action !== "hold") return { code: "err_api_action", text: "Invalid action" };
  const expiresMs = params.expired_date === undefined ? undefined : parseDate(params.expired_date);
  if (params.expired_date !== undefined && expiresMs === undefined) return wrong("expired_date");
  if (params.paytypes !== undefined) {
    const types = typeof params.paytypes === "string" ? params.paytypes.split(",") : [];
    const notForHolds = action === "hold" ? ["cash", "paypart", "moment_part"] : [];
    if (!types.length || types.some((t) => !PAYTYPES.includes(t) || notForHolds.includes(t))) {
      return { code: "payment_err_paytype", text: "Payment type is not available" };
    }
  }
  const split = checkSplit(params.split_rules, amountMinor);
  if (split) return split;
  const text = (key: string) =>
    typeof params[key] === "string" && params[key] !== "" ? (params[key] as string) : undefined;
  return {
    action,
    amountMinor,
    currency,
    description,
    reference: String(params.order_id),
    language: text("language") ?? "uk",
    resultUrl: text("result_url"),
    serverUrl: text("server_url"),
    expiresMs,
    info: text("info"),
    customer: text("customer"),
  };
}

function checkSplit(rules: unknown, amountMinor: number): Refusal | undefined {
  if (rules === undefined) return undefined;
  try {
    const list: unknown = typeof rules === "string" ? JSON.parse(rules) : undefined;
    if (!Array.isArray(list)) return wrong("split_rules");
    const sum = list.reduce((total: number, rule: { amount?: unknown }) => total + (parseAmount(rule.amount) ?? 0), 0);
    return sum === amountMinor ? undefined : { code: "err_split_amount", text: "Wrong amount of split" };
  } catch {
    return wrong("split_rules");
  }
}

/** Receiver's commission 1.5 %, half up. */
const commission = (minor: number) => Math.floor((minor * 15 + 500) / 1000);

/** The payment object of answers ("status") and callbacks, in the key order seen on the wire. */
export function paymentBody(
  p: LiqPayment,
  form: "status" | "callback",
  options: { action?: string; amountMinor?: number } = {},
): Record<string, unknown> {
  const tried = p.card !== undefined;
  const amount = options.amountMinor ?? p.amountMinor;
  const fee = new Money(commission(amount));
  const zero = new Money(0);
  const codes = form === "status" || p.action === "hold";
  const debit = p.currency === "UAH" ? amount : Math.round(amount * p.debitRate);
  const card = p.card ?? "";
  return {
    payment_id: Number(p.id),
    action: options.action ?? p.action,
    status: p.status,
    version: p.version,
    type: p.action === "hold" ? "hold" : "buy",
    paytype: tried ? "card" : undefined,
    public_key: p.account,
    acq_id: 414963,
    order_id: p.reference,
    liqpay_order_id: p.liqpayOrderId,
    description: p.description,
    sender_phone: form === "status" && tried ? "380950000001" : undefined,
    sender_first_name: form === "callback" && tried && p.action === "pay" ? "Test" : undefined,
    sender_last_name: form === "callback" && tried && p.action === "pay" ? "Payer" : undefined,
    sender_card_mask2: tried ? `${card.slice(0, 6)}*${card.slice(-2)}` : undefined,
    sender_card_bank: tried ? "Test" : undefined,
    sender_card_type: tried ? (card.startsWith("4") ? "visa" : "mc") : undefined,
    sender_card_country: tried ? 804 : undefined,
    ip: tried ? "203.0.113.7" : undefined,
    amount: new Money(amount),
    currency: p.currency,
    sender_commission: zero,
    receiver_commission: fee,
    agent_commission: zero,
    amount_debit: new Money(debit),
    amount_credit: new Money(amount),
    commission_debit: zero,
    commission_credit: fee,
    currency_debit: "UAH",
    currency_credit: p.currency,
    sender_bonus: zero,
    amount_bonus: zero,
    authcode_debit: codes ? p.authDebit : undefined,
    authcode_credit: codes ? p.authCredit : undefined,
    rrn_debit: codes ? p.rrnDebit : undefined,
    rrn_credit: codes ? p.rrnCredit : undefined,
    mpi_eci: tried ? (p.is3ds ? "5" : "7") : undefined,
    is_3ds: p.is3ds,
    language: p.language,
    create_date: p.createdMs,
    end_date: p.endMs,
    transaction_id: Number(p.id),
    completion_date: p.completionMs,
    refund_amount: p.refundedMinor > 0 ? new Money(p.refundedMinor) : undefined,
    refund_date_last: p.refundMs,
    wait_reserve_status: p.waitingRefundMinor > 0 ? true : undefined,
    info: p.info,
    customer: p.customer,
    err_code: p.errCode,
    err_description: p.errText,
  };
}
