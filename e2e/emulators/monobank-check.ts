// What monobank accepts in `invoice/create`.
import { isObject } from "./http.ts";
import { CURRENCIES } from "./monobank-invoice.ts";

export interface CreateInput {
  amount: number;
  ccy: number;
  reference: string;
  destination: string;
  paymentType: "debit" | "hold" | "verification";
  validitySeconds: number;
  redirectUrl?: string;
  successUrl?: string;
  failUrl?: string;
  webHookUrl?: string;
  metadata?: Record<string, string>;
  hasBasket: boolean;
  withAppUrl: boolean;
}

export interface Refusal {
  errCode: string;
  errText: string;
}

const DAY = 86_400;
export const MAX_VALIDITY = 30 * DAY;

const bad = (errText: string): Refusal => ({ errCode: "BAD_REQUEST", errText });
const badInfo = (errText: string): Refusal => ({ errCode: "INVALID_MERCHANT_PAYM_INFO", errText });

const isInt = (value: unknown): value is number => Number.isSafeInteger(value);
const isText = (value: unknown, max: number): boolean =>
  value === undefined || (typeof value === "string" && [...value].length <= max);

export function checkCreate(body: Record<string, unknown>, strictFiscal: boolean): CreateInput | Refusal {
  const type = body.paymentType ?? "debit";
  if (type !== "debit" && type !== "hold" && type !== "verification") return bad("invalid 'paymentType'");
  if (!isInt(body.amount) || body.amount < 0) return bad("invalid 'amount'");
  if (type === "verification") {
    const save = isObject(body.saveCardData) ? body.saveCardData.saveCard : undefined;
    if (body.amount !== 0 || save !== true) return bad("verification needs amount 0 and saveCardData.saveCard");
  } else if (body.amount === 0) return bad("invalid 'amount'");
  const ccy = body.ccy ?? 980;
  if (!isInt(ccy) || !CURRENCIES[ccy]) return bad("invalid 'ccy'");
  const validity = body.validity ?? DAY;
  if (!isInt(validity) || validity <= 0) return bad("invalid 'validity'");
  for (const key of ["redirectUrl", "successUrl", "failUrl", "webHookUrl", "code", "qrId"]) {
    if (body[key] !== undefined && typeof body[key] !== "string") return bad(`invalid '${key}'`);
  }
  if (body.displayType !== undefined && body.displayType !== "iframe") return bad("invalid 'displayType'");
  if (body.merchantPaymInfo !== undefined && !isObject(body.merchantPaymInfo)) return bad("invalid 'merchantPaymInfo'");
  const info = isObject(body.merchantPaymInfo) ? body.merchantPaymInfo : {};
  const wrong = checkInfo(info, body.amount, strictFiscal);
  if (wrong) return wrong;
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return {
    amount: body.amount,
    ccy,
    reference: text(info.reference) ?? "",
    destination: text(info.destination) ?? "",
    paymentType: type,
    validitySeconds: Math.min(validity, MAX_VALIDITY),
    redirectUrl: text(body.redirectUrl),
    successUrl: text(body.successUrl),
    failUrl: text(body.failUrl),
    webHookUrl: text(body.webHookUrl),
    metadata: info.metadata as Record<string, string> | undefined,
    hasBasket: Array.isArray(info.basketOrder) && info.basketOrder.length > 0,
    withAppUrl: body.withAppUrl === true && type !== "verification",
  };
}

function checkInfo(info: Record<string, unknown>, amount: number, strictFiscal: boolean): Refusal | undefined {
  if (!isText(info.reference, 64)) return bad("invalid 'reference'");
  if (!isText(info.destination, 280)) return bad("invalid 'destination'");
  if (!isText(info.comment, 280)) return bad("invalid 'comment'");
  const emails = info.customerEmails;
  if (emails !== undefined) {
    if (!Array.isArray(emails) || emails.some((e) => typeof e !== "string")) return bad("invalid 'customerEmails'");
    if (new Set(emails).size !== emails.length) return bad("'customerEmails' must be unique");
  }
  if (info.metadata !== undefined) {
    if (!isObject(info.metadata)) return bad("invalid 'metadata'");
    const values = Object.values(info.metadata);
    if (values.length > 10) return bad("'metadata' has more than 10 items");
    if (values.some((v) => typeof v !== "string")) return bad("'metadata' values must be strings");
  }
  const discounts = checkDiscounts(info.discounts);
  if (discounts) return discounts;
  const basket = info.basketOrder;
  if (basket !== undefined && !Array.isArray(basket)) return badInfo("invalid 'basketOrder'");
  if (!basket?.length) return strictFiscal ? badInfo("'basketOrder' cannot be empty") : undefined;
  let sum = 0;
  let discounted = info.discounts !== undefined;
  for (const item of basket) {
    if (!isObject(item)) return badInfo("invalid 'basketOrder'");
    if (typeof item.name !== "string" || !item.name) return badInfo("'name' is required");
    if (typeof item.code !== "string" || !item.code) return badInfo("'code' is required");
    if (typeof item.qty !== "number" || !(item.qty > 0)) return badInfo("'qty' is required");
    if (!isInt(item.sum) || item.sum < 0) return badInfo("'sum' is required");
    if (item.total !== undefined && (!isInt(item.total) || item.total < 0)) return badInfo("invalid 'total'");
    if (item.discounts !== undefined) {
      const wrong = checkDiscounts(item.discounts);
      if (wrong) return wrong;
      discounted = true;
    }
    sum += isInt(item.total) ? item.total : Math.round(item.qty * item.sum);
  }
  // How discounts change the sums is not documented, so sums are compared without them only.
  if (!discounted && sum !== amount) return badInfo("sum of 'basketOrder' is not equal to 'amount'");
  return undefined;
}

function checkDiscounts(list: unknown): Refusal | undefined {
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) return badInfo("invalid 'discounts'");
  for (const item of list) {
    if (!isObject(item)) return badInfo("invalid 'discounts'");
    if (item.type !== "DISCOUNT" && item.type !== "EXTRA_CHARGE") return badInfo("invalid discount 'type'");
    if (item.mode !== "PERCENT" && item.mode !== "VALUE") return badInfo("invalid discount 'mode'");
    if (typeof item.value !== "number" || item.value < 0.01) return badInfo("invalid discount 'value'");
    if (Math.abs(item.value * 100 - Math.round(item.value * 100)) > 1e-6) return badInfo("invalid discount 'value'");
  }
  return undefined;
}
