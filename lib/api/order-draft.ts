import type { CustomerView, ItemView } from "#lib/contracts/customers";
import type { CreateOrderInput, OrderFormChoices, OrderView, UpdateOrderInput } from "#lib/contracts/orders";
import { type Currency, type MoneyView, parseAmount } from "#lib/domain/money";
import { documentTotals, type LineTotals, lineTotals, parsePercent, parseQuantity } from "#lib/domain/order-line";
import { type Prepayment, type PrepaymentProblem, prepaymentProblem, requiredFor } from "#lib/domain/prepayment";
import { formatBareMoney, formatPercentNumber, formatQuantity } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";

/**
 * What stands in the order form, as text: a number half typed is still a draft. Totals come from the same domain functions
 * the server uses, so what a person reads while typing is what will be saved.
 */
export type LineDraft = {
  /** Stays with the line when lines move; the server never sees it. */
  key: string;
  itemId: string | null;
  sku: string;
  description: string;
  unit: string;
  quantity: string;
  price: string;
  discount: string;
  vat: string;
};
export type Language = "en" | "uk";
export type PickedCustomer = Pick<CustomerView, "id" | "name" | "email" | "phone" | "language" | "taxId">;
export type NewCustomer = { name: string; email: string; phone: string; language: Language; taxId: string };
export type OrderDraft = {
  customer: PickedCustomer | null;
  /** Filled while a customer is created on the spot; then it counts, not `customer`. */
  newCustomer: NewCustomer | null;
  orderDate: string;
  externalReference: string;
  salespersonId: string;
  currency: Currency;
  language: Language;
  note: string;
  paymentServiceId: string;
  /** The customer may choose them instead. */
  otherServiceIds: string[];
  prepayment: Prepayment["kind"];
  percent: string;
  amount: string;
  lines: LineDraft[];
};

export type LineField = Exclude<keyof LineDraft, "key" | "itemId" | "unit">;
export const LINE_FIELDS = [
  "sku",
  "description",
  "quantity",
  "price",
  "discount",
  "vat",
] as const satisfies readonly LineField[];

/** Of the empty line that is there when the form opens. */
export const FIRST_KEY = "end";
let made = 0;
export const newKey = (): string => `line${++made}`;

export const blankLine = (vat: string, key = newKey()): LineDraft => ({
  key,
  itemId: null,
  sku: "",
  description: "",
  unit: "",
  quantity: "",
  price: "",
  discount: "",
  vat,
});
/** A line nobody has typed anything into: it is not sent and not an error. */
export const isBlank = (line: LineDraft): boolean =>
  ![line.sku, line.description, line.quantity, line.price].some((text) => text.trim() !== "");

/** A line from the catalogue: its text and price are copied, one piece unless a quantity is there. */
export const withItem = (line: LineDraft, item: ItemView, locale: Locale): LineDraft => ({
  ...line,
  itemId: item.id,
  sku: item.sku,
  description: item.name,
  unit: item.unit ?? "",
  quantity: line.quantity.trim() || "1",
  price: moneyText(item.unitPrice, locale),
  vat: percentText(item.vatPercent, locale),
});

const moneyText = (view: MoneyView, locale: Locale) => formatBareMoney(view.amount, view.currency, locale);
const percentText = (percent: string, locale: Locale) => formatPercentNumber(parsePercent(percent) ?? 0, locale);

/** A new order: today, its author, the service marked "always include", one empty line. */
export function emptyDraft(choices: OrderFormChoices, authorId: string, today: string, locale: Locale): OrderDraft {
  const { company, services, salespeople } = choices;
  const usual = services.find((service) => service.alwaysInclude && service.currency === company.currency);
  return {
    customer: null,
    newCustomer: null,
    orderDate: today,
    externalReference: "",
    salespersonId: salespeople.some((person) => person.id === authorId) ? authorId : "",
    currency: company.currency,
    language: company.language,
    note: "",
    paymentServiceId: usual?.id ?? "",
    otherServiceIds: [],
    prepayment: "none",
    percent: "",
    amount: "",
    // The server and the browser draw this line first, and must agree on its key.
    lines: [blankLine(percentText(company.defaultVatPercent, locale), FIRST_KEY)],
  };
}

export function draftOf(order: OrderView, locale: Locale): OrderDraft {
  const { prepayment } = order;
  return {
    customer: order.customer,
    newCustomer: null,
    orderDate: order.orderDate,
    externalReference: order.externalReference ?? "",
    salespersonId: order.salesperson?.id ?? "",
    currency: order.currency,
    language: order.language,
    note: order.note ?? "",
    paymentServiceId: order.paymentService?.id ?? "",
    otherServiceIds: order.otherServices.map(({ id }) => id),
    prepayment: prepayment.kind,
    percent: prepayment.kind === "percent" ? percentText(prepayment.percent, locale) : "",
    amount: prepayment.kind === "amount" ? moneyText(prepayment.amount, locale) : "",
    lines: order.lines.map((line) => ({
      key: line.id,
      itemId: line.itemId,
      sku: line.sku ?? "",
      description: line.description,
      unit: line.unit ?? "",
      quantity: formatQuantity(parseQuantity(line.quantity) ?? 0n, locale),
      price: moneyText(line.unitPrice, locale),
      discount: line.discountPercent === "0" ? "" : percentText(line.discountPercent, locale),
      vat: percentText(line.vatPercent, locale),
    })),
  };
}

type ReadLine = { quantityMilli: bigint; unitPriceMinor: bigint; discountBasisPoints: number; vatBasisPoints: number };
const orZero = (text: string) => text.trim() || "0";

function readLine(line: LineDraft, currency: Currency): ReadLine | null {
  const quantityMilli = parseQuantity(line.quantity);
  const unitPriceMinor = parseAmount(line.price, currency);
  const discountBasisPoints = parsePercent(orZero(line.discount));
  const vatBasisPoints = parsePercent(orZero(line.vat));
  if (quantityMilli === null || unitPriceMinor === null) return null;
  if (discountBasisPoints === null || vatBasisPoints === null) return null;
  return { quantityMilli, unitPriceMinor, discountBasisPoints, vatBasisPoints };
}

function readPrepayment(draft: OrderDraft): Prepayment | null {
  if (draft.prepayment === "none") return { kind: "none" };
  if (draft.prepayment === "percent") {
    const basisPoints = parsePercent(draft.percent);
    return basisPoints === null ? null : { kind: "percent", basisPoints };
  }
  const amountMinor = parseAmount(draft.amount, draft.currency);
  return amountMinor === null ? null : { kind: "amount", amountMinor };
}

export type DraftTotals = LineTotals & {
  /** By line key; null while a number of that line cannot be read. */
  ofLine: ReadonlyMap<string, LineTotals | null>;
  /** VAT rates in use, in basis points. */
  vatRates: number[];
  /** What the gate will ask for; null while the prepayment cannot be read. */
  requiredMinor: bigint | null;
  prepaymentProblem: PrepaymentProblem | null;
};

export function draftTotals(draft: OrderDraft, pricesIncludeVat: boolean): DraftTotals {
  const ofLine = new Map<string, LineTotals | null>();
  const rates = new Set<number>();
  for (const line of draft.lines) {
    const read = readLine(line, draft.currency);
    if (read && !isBlank(line)) rates.add(read.vatBasisPoints);
    ofLine.set(line.key, read && lineTotals(read, pricesIncludeVat));
  }
  const sums = documentTotals([...ofLine.values()].filter((totals) => totals !== null));
  const prepayment = readPrepayment(draft);
  const problem = prepayment && prepaymentProblem(prepayment, sums.totalMinor);
  const readable = prepayment && problem !== "percent_out_of_range";
  return {
    ...sums,
    ofLine,
    vatRates: [...rates].sort((a, b) => a - b),
    requiredMinor: readable ? requiredFor(prepayment, sums.totalMinor, draft.paymentServiceId !== "") : null,
    prepaymentProblem: problem,
  };
}

/** Field (as the request body names it, lines by their key) → code of its sentence. */
export type DraftErrors = Record<string, string>;
export const lineError = (key: string, field: string): string => `lines.${key}.${field}`;

/** What can be said before asking the server; the server has the last word on everything. */
export function draftErrors(draft: OrderDraft, forRelease: boolean): DraftErrors {
  const errors: DraftErrors = {};
  if (draft.newCustomer && !draft.newCustomer.name.trim()) errors["customer.name"] = "required";
  const email = draft.newCustomer?.email.trim();
  if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) errors["customer.email"] = "bad_email";
  const phone = draft.newCustomer?.phone.replace(/[\s()-]/g, "");
  if (phone && !/^\+?\d{7,15}$/.test(phone)) errors["customer.phone"] = "bad_phone";
  if (forRelease && !draft.customer && !draft.newCustomer) errors.customerId = "required";
  if (!/^\d{4}-\d\d-\d\d$/.test(draft.orderDate)) errors.orderDate = "bad_date";

  const lines = draft.lines.filter((line) => !isBlank(line));
  for (const line of lines) {
    const say = (field: string, code: string) => {
      errors[lineError(line.key, field)] = code;
    };
    if (!line.description.trim()) say("description", "required");
    if (parseQuantity(line.quantity) === null) say("quantity", line.quantity.trim() ? "bad_quantity" : "required");
    if (parseAmount(line.price, draft.currency) === null) say("price", line.price.trim() ? "bad_amount" : "required");
    if (parsePercent(orZero(line.discount)) === null) say("discount", "bad_percent");
    if (parsePercent(orZero(line.vat)) === null) say("vat", "bad_percent");
  }
  if (forRelease && lines.length === 0) errors.lines = "required";

  const prepayment = readPrepayment(draft);
  if (!prepayment) {
    const text = draft.prepayment === "percent" ? draft.percent : draft.amount;
    const code = draft.prepayment === "percent" ? "bad_percent" : "bad_amount";
    errors[`prepayment.${draft.prepayment}`] = text.trim() ? code : "required";
  } else if (prepayment.kind !== "none") {
    const problem = draftTotals(draft, true).prepaymentProblem;
    // A percentage of nothing, or an amount before there are lines, is judged when it is released.
    const early = problem === "amount_above_total" && !forRelease && lines.length === 0;
    if (problem && !early) errors[`prepayment.${prepayment.kind}`] = problem;
    if (forRelease && draft.paymentServiceId === "") errors.paymentServiceId = "service_needed";
  }
  return errors;
}

const money = (amountMinor: bigint, currency: Currency): MoneyView => ({ amount: Number(amountMinor), currency });
/** `0,5` → `0.5`, `1 200` → `1200`: the wire takes decimal text with a point. */
const plain = (text: string) =>
  orZero(text)
    .replace(/[\s\u00a0\u202f]/g, "")
    .replace(",", ".");
const orNull = (text: string) => text.trim() || null;

type Ids = Pick<CreateOrderInput, "customerId" | "salespersonId" | "paymentServiceId" | "otherServiceIds">;

/** The request body of a draft without errors. */
export function createBody(draft: OrderDraft): CreateOrderInput {
  const { newCustomer } = draft;
  const prepayment = readPrepayment(draft);
  // Ids come from the server's own answers; the server checks their shape again.
  const ids = {
    customerId: newCustomer ? null : (draft.customer?.id ?? null),
    salespersonId: draft.salespersonId || null,
    paymentServiceId: draft.paymentServiceId || null,
    otherServiceIds: draft.paymentServiceId ? draft.otherServiceIds.filter((id) => id !== draft.paymentServiceId) : [],
  } as Ids;
  return {
    ...ids,
    customer: newCustomer && {
      name: newCustomer.name.trim(),
      email: orNull(newCustomer.email),
      phone: orNull(newCustomer.phone),
      language: newCustomer.language,
      taxId: orNull(newCustomer.taxId),
    },
    orderDate: draft.orderDate,
    externalReference: orNull(draft.externalReference),
    note: orNull(draft.note),
    language: draft.language,
    currency: draft.currency,
    prepayment:
      prepayment?.kind === "percent"
        ? { kind: "percent", percent: plain(draft.percent) }
        : prepayment?.kind === "amount"
          ? { kind: "amount", amount: money(prepayment.amountMinor, draft.currency) }
          : { kind: "none" },
    lines: draft.lines
      .filter((line) => !isBlank(line))
      .map((line) => ({
        itemId: line.itemId as NonNullable<CreateOrderInput["lines"]>[number]["itemId"],
        sku: orNull(line.sku),
        description: line.description.trim(),
        unit: orNull(line.unit),
        quantity: plain(line.quantity),
        unitPrice: money(parseAmount(line.price, draft.currency) ?? 0n, draft.currency),
        discountPercent: plain(line.discount),
        vatPercent: plain(line.vat),
      })),
  };
}

export function updateBody(draft: OrderDraft, version: number): UpdateOrderInput {
  const { currency: _fixedAtCreation, ...body } = createBody(draft);
  return { ...body, version };
}

const FIELD_OF_BODY: Record<string, string> = { unitPrice: "price", discountPercent: "discount", vatPercent: "vat" };

/** The server's field errors in the form's words: `lines.2.unitPrice.amount` is the price of the third line that was sent. */
export function errorsOfServer(draft: OrderDraft, errors: readonly { field: string; code: string }[]): DraftErrors {
  const sent = draft.lines.filter((line) => !isBlank(line));
  return Object.fromEntries(
    errors.map(({ field, code }) => {
      const [head, index, name] = field.split(".");
      const line = head === "lines" ? sent[Number(index)] : undefined;
      if (line && name) return [lineError(line.key, FIELD_OF_BODY[name] ?? name), code];
      if (head === "prepayment") return [index ? `prepayment.${index}` : `prepayment.${draft.prepayment}`, code];
      return [field, code];
    }),
  );
}

/** What a person decides about as one thing: the parts of a prepayment mean nothing alone. */
const CONFLICT_PARTS = {
  customer: ["customer", "newCustomer"],
  prepayment: ["prepayment", "percent", "amount"],
} as const satisfies Partial<Record<keyof OrderDraft, readonly (keyof OrderDraft)[]>>;
export type ConflictField = Exclude<keyof OrderDraft, "newCustomer" | "percent" | "amount">;
export type Whose = "mine" | "theirs";

const partsOf = (field: ConflictField): readonly (keyof OrderDraft)[] =>
  field === "customer" || field === "prepayment" ? CONFLICT_PARTS[field] : [field];

const wordsOf = (draft: OrderDraft, field: ConflictField): string => {
  if (field === "lines")
    return JSON.stringify(draft.lines.filter((line) => !isBlank(line)).map(({ key: _own, ...line }) => line));
  if (field === "customer") return JSON.stringify([draft.customer?.id ?? "", draft.newCustomer]);
  if (field === "prepayment")
    return JSON.stringify([draft.prepayment, draft.prepayment === "none" ? "" : draft[draft.prepayment]]);
  return JSON.stringify(draft[field]);
};

/** What a conflict is about: the fields in which two drafts of one order differ. */
export function differences(mine: OrderDraft, theirs: OrderDraft): ConflictField[] {
  const parts: readonly (keyof OrderDraft)[] = ["newCustomer", "percent", "amount"];
  const fields = (Object.keys(mine) as (keyof OrderDraft)[]).filter((field) => !parts.includes(field));
  return (fields as ConflictField[]).filter((field) => wordsOf(mine, field) !== wordsOf(theirs, field));
}

/** What is likely meant: what I changed stays mine, what only they changed is theirs. */
export function likelyPicks(
  mine: OrderDraft,
  theirs: OrderDraft,
  base: OrderDraft,
): Partial<Record<ConflictField, Whose>> {
  const pick = (field: ConflictField): Whose => (wordsOf(mine, field) === wordsOf(base, field) ? "theirs" : "mine");
  return Object.fromEntries(differences(mine, theirs).map((field) => [field, pick(field)]));
}

/** My draft with theirs in the fields that were picked so. */
export function combined(
  mine: OrderDraft,
  theirs: OrderDraft,
  picks: Partial<Record<ConflictField, Whose>>,
): OrderDraft {
  const taken = (Object.keys(picks) as ConflictField[]).filter((field) => picks[field] === "theirs").flatMap(partsOf);
  return { ...mine, ...Object.fromEntries(taken.map((field) => [field, theirs[field]])) };
}
