import { z } from "zod";
import { MONEY_CHOICES } from "#lib/domain/edit-money";
import { BACK_STEPS } from "#lib/domain/money-back";
import { ORDER_STATUSES, PROGRESS_STEPS } from "#lib/domain/order";
import { ORDER_ACTIONS } from "#lib/domain/order-actions";
import { PAYMENT_STATES } from "#lib/domain/payment";
import { offlineReceiptView } from "./offline.ts";
import { paymentView } from "./payments.ts";
import { blockerShape } from "./problem.ts";
import {
  calendarDate,
  currency,
  email,
  id,
  instant,
  language,
  moneyInput,
  moneyOutput,
  optionalText,
  pageOf,
  pageQuery,
  percentText,
  phone,
  quantityText,
  text,
} from "./shared.ts";
import { waiverView } from "./waivers.ts";

/** `item` picks from the catalogue (its text and price are copied); without it the line is free text. */
export const lineInput = z.strictObject({
  itemId: id("itm").nullish(),
  sku: optionalText(64),
  description: text(500, 1),
  unit: optionalText(16),
  quantity: quantityText,
  unitPrice: moneyInput,
  discountPercent: percentText.default("0"),
  vatPercent: percentText.default("20"),
});

export const prepaymentInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("percent"), percent: percentText }),
  z.strictObject({ kind: z.literal("amount"), amount: moneyInput }),
]);

/** A customer is picked by id or created on the spot. */
export const newCustomerInput = z.strictObject({
  name: text(200, 1),
  email: email.nullish(),
  phone: phone.nullish(),
  /** Left out: the company's. */
  language: language.optional(),
  taxId: optionalText(20),
});

const orderFields = {
  customerId: id("cus").nullish(),
  customer: newCustomerInput.nullish(),
  salespersonId: id("usr").nullish(),
  orderDate: calendarDate.optional(),
  externalReference: optionalText(100),
  note: optionalText(2000),
  language: language.optional(),
  paymentServiceId: id("svc").nullish(),
  /** Services that the customer may choose on their page besides the order's own; only such in its currency are offered. */
  otherServiceIds: z.array(id("svc")).max(20, { error: "too_many" }).optional(),
  prepayment: prepaymentInput.optional(),
  lines: z.array(lineInput).max(500, { error: "too_many" }).optional(),
};

/** Left out on creation: currency = the company's, service = the one marked Always include, prepayment none. */
export const createOrderInput = z.strictObject({ ...orderFields, currency: currency.optional() });
/** Only what is sent changes; `lines`, when sent, replaces all lines. `version` is the one the person saw. */
export const updateOrderInput = z.strictObject({
  ...orderFields,
  version: z.int().min(1),
  /**
   * What becomes of money that is already there, where the change makes it too little or too much; without it such a change
   * is refused with the numbers. `amount` is the difference the person saw: where it is no longer so, nothing is saved. With a
   * choice the order is released again in the same go.
   */
  money: z.strictObject({ choice: z.enum(MONEY_CHOICES), amount: moneyInput }).optional(),
});
/** What a change would do to money that is already there. */
export const previewOrderInput = z.strictObject({ ...orderFields, version: z.int().min(1).optional() });
export type PreviewOrderInput = z.infer<typeof previewOrderInput>;

export const backStepView = z.object({
  paymentId: z.string(),
  attempt: z.int(),
  provider: z.string(),
  kind: z.enum(BACK_STEPS),
  /** What stops being asked for, or goes back to the customer. */
  amount: moneyOutput,
  /** Of a hold that can be taken once: what is taken while the rest goes back. */
  taken: moneyOutput,
});
export type BackStepView = z.infer<typeof backStepView>;

/**
 * Money that counts for another order than the one it was paid for, and what cancelling does to it: of another order, attached
 * here, it is proposed to go back; lent to another order, it stays there when it is taken and goes back with its hold.
 */
export const attachmentView = z.object({
  paymentId: z.string(),
  kind: z.enum(["attached_here", "lent_stays", "lent_goes_back"]),
  /** The other order. */
  orderNumber: z.string(),
  amount: moneyOutput,
});
export type AttachmentView = z.infer<typeof attachmentView>;

/** Old and new, what is there, what is missing or too much, and what can be chosen: the numbers that saving goes by. */
export const orderPreview = z.object({
  total: z.object({ before: moneyOutput, after: moneyOutput }),
  required: z.object({ before: moneyOutput, after: moneyOutput }),
  covered: moneyOutput,
  missing: moneyOutput,
  surplus: moneyOutput,
  /** Empty: nothing has to be chosen. The usual choice first. */
  choices: z.array(
    z.object({
      choice: z.enum(MONEY_CHOICES),
      /** The difference to send back with the choice. */
      amount: moneyOutput,
      /** Why it cannot be chosen; null when it can. */
      blocker: blockerShape.nullable(),
      /** Giving back: what is done where; empty for the other choices. */
      steps: z.array(backStepView),
      /** True: whoever asks may not give money back, so Finance gets a task to decide. */
      byFinance: z.boolean(),
    }),
  ),
});
export type OrderPreview = z.infer<typeof orderPreview>;
export type CreateOrderInput = z.infer<typeof createOrderInput>;
export type UpdateOrderInput = z.infer<typeof updateOrderInput>;

export const versionInput = z.strictObject({ version: z.int().min(1).optional() });
export const reopenInput = z.strictObject({ version: z.int().min(1).optional() });
export const cancelOrderInput = z.strictObject({ version: z.int().min(1).optional(), reason: optionalText(500) });

export const shipmentInput = z.strictObject({
  /** Left out: everything that is left to ship. */
  lines: z
    .array(z.strictObject({ lineId: id("lin"), quantity: quantityText }))
    .min(1)
    .max(500)
    .optional(),
  trackingNumber: optionalText(100),
  note: optionalText(500),
});
export const invoiceInput = z.strictObject({
  lines: z
    .array(z.strictObject({ lineId: id("lin"), quantity: quantityText }))
    .min(1)
    .max(500)
    .optional(),
  note: optionalText(500),
});

/** Ready views of the list, with counts. */
export const ORDER_VIEWS = [
  "all",
  "todo",
  "pending_prepayment",
  "ready_to_ship",
  "partly_shipped",
  "holds",
  "link_ending",
  "review",
] as const;
export type OrderListViewName = (typeof ORDER_VIEWS)[number];
/** The six plain words managers filter by. */
export const PLAIN_STATES = ["paid", "pending", "failed", "expired", "refunded", "review"] as const;

export const orderListQuery = z.strictObject({
  ...pageQuery,
  view: z.enum(ORDER_VIEWS).default("all"),
  /** Number, customer, phone, reference, or amount. */
  q: z.string().max(200).optional(),
  status: z.enum(ORDER_STATUSES).optional(),
  payment: z.enum(PLAIN_STATES).optional(),
  salespersonId: id("usr").optional(),
  customerId: id("cus").optional(),
  from: calendarDate.optional(),
  to: calendarDate.optional(),
  sort: z.enum(["-createdAt", "createdAt", "-total", "total", "deadline"]).default("-createdAt"),
});
export type OrderListQuery = z.infer<typeof orderListQuery>;

export const orderListRow = z.object({
  id: z.string(),
  number: z.string(),
  customerName: z.string(),
  currency,
  total: moneyOutput,
  required: moneyOutput,
  covered: moneyOutput,
  /** Of `covered`, the part that is only held. */
  held: moneyOutput,
  status: z.enum(ORDER_STATUSES),
  completed: z.boolean(),
  /** Null: no attempt yet. */
  paymentState: z.enum(PAYMENT_STATES).nullable(),
  needsReview: z.boolean(),
  shipped: z.enum(PROGRESS_STEPS),
  invoiced: z.enum(PROGRESS_STEPS),
  /** True when the order is released and its gate's money part is open now. */
  paymentAccepted: z.boolean(),
  nextDeadline: z.object({ kind: z.enum(["link", "hold"]), at: instant, withinMargin: z.boolean() }).nullable(),
  salespersonName: z.string().nullable(),
  createdAt: instant,
});
export type OrderListRow = z.infer<typeof orderListRow>;
export const orderListPage = pageOf(orderListRow);
export type OrderListPage = z.infer<typeof orderListPage>;

/** How many orders each view holds; counted to 10 001 at most (10001 means "more than 10 000"). */
export const orderCounts = z.record(z.enum(ORDER_VIEWS), z.int());
export type OrderCounts = z.infer<typeof orderCounts>;

export const lineView = z.object({
  id: z.string(),
  position: z.int(),
  itemId: z.string().nullable(),
  sku: z.string().nullable(),
  description: z.string(),
  unit: z.string().nullable(),
  quantity: z.string(),
  unitPrice: moneyOutput,
  discountPercent: z.string(),
  vatPercent: z.string(),
  net: moneyOutput,
  vat: moneyOutput,
  total: moneyOutput,
  shippedQuantity: z.string(),
  invoicedQuantity: z.string(),
});
export type LineView = z.infer<typeof lineView>;

/** Where a fact came from. */
export const TIMELINE_SOURCES = ["person", "webhook", "bank", "task", "customer", "api", "holdpoint"] as const;

/** A sentence of the timeline as data: `kind` names the sentence in the message files (namespace `timeline`), `params` fill it. */
export const timelineEntry = z.object({
  id: z.string(),
  at: instant,
  kind: z.string(),
  group: z.enum(["money", "messages", "document", "system"]),
  /** Money (MoneyView), ISO times, names, numbers. */
  params: z.record(z.string(), z.union([moneyOutput, z.string(), z.number(), z.null()])),
  paymentId: z.string().nullable(),
  actorName: z.string().nullable(),
  source: z.enum(TIMELINE_SOURCES),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;
export const timelinePage = z.array(timelineEntry);

export const shipmentView = z.object({
  id: z.string(),
  number: z.string(),
  createdAt: instant,
  createdByName: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  lines: z.array(z.object({ lineId: z.string(), quantity: z.string() })),
});
export const invoiceView = z.object({
  id: z.string(),
  number: z.string(),
  createdAt: instant,
  createdByName: z.string().nullable(),
  total: moneyOutput,
  lines: z.array(z.object({ lineId: z.string(), quantity: z.string() })),
});

export const orderView = z.object({
  id: z.string(),
  number: z.string(),
  version: z.int(),
  status: z.enum(ORDER_STATUSES),
  completed: z.boolean(),
  shipped: z.enum(PROGRESS_STEPS),
  invoiced: z.enum(PROGRESS_STEPS),
  customer: z
    .object({
      id: z.string(),
      name: z.string(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      language,
      taxId: z.string().nullable(),
      orderCount: z.int(),
      unpaidCount: z.int(),
    })
    .nullable(),
  salesperson: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Where a new link goes by itself as soon as it is made; null = nowhere. */
  mailsLinkTo: z.string().nullable(),
  orderDate: z.string(),
  currency,
  language,
  externalReference: z.string().nullable(),
  note: z.string().nullable(),
  pricesIncludeVat: z.boolean(),
  paymentService: z
    .object({
      id: z.string(),
      name: z.string(),
      provider: z.string(),
      paymentType: z.enum(["debit", "withholding"]),
      validitySeconds: z.int(),
      holdMarginHours: z.int(),
      mode: z.enum(["test", "live"]),
      enabled: z.boolean(),
    })
    .nullable(),
  /** Among which, besides the order's own, the customer may choose. */
  otherServices: z.array(z.object({ id: z.string(), name: z.string() })),
  prepayment: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("none") }),
    z.object({ kind: z.literal("percent"), percent: z.string() }),
    z.object({ kind: z.literal("amount"), amount: moneyOutput }),
  ]),
  lines: z.array(lineView),
  net: moneyOutput,
  vat: moneyOutput,
  total: moneyOutput,
  required: moneyOutput,
  covered: moneyOutput,
  held: moneyOutput,
  missing: moneyOutput,
  paymentAccepted: z.boolean(),
  needsReview: z.boolean(),
  /** Reasons why shipping / invoicing is blocked, the one to show first in front; empty = open. */
  gate: z.object({ ship: z.array(blockerShape), invoice: z.array(blockerShape) }),
  /** Until when an open gate stays open by itself (a hold's end less its margin); null = for good or closed. */
  gateOpenUntil: instant.nullable(),
  /** Each action of the order page: null when this person can do it now, else why not. */
  actions: z.record(z.enum(ORDER_ACTIONS), blockerShape.nullable()),
  /** Asked for or in force: what may leave unpaid, until when. */
  waivers: z.array(waiverView),
  /** The most that a further waiver may let pass. */
  waivable: moneyOutput,
  /** Recorded money that waits for a second person and counts for nothing until then. */
  waitingReceipts: z.array(offlineReceiptView),
  /** The attempt the FactBox shows; null without attempts. */
  payment: paymentView.nullable(),
  /** What cancelling does first, and since when it is wanted while a provider has still to confirm; null once cancelled. */
  cancelling: z
    .object({
      since: instant.nullable(),
      reason: z.string().nullable(),
      steps: z.array(backStepView),
      attachments: z.array(attachmentView),
    })
    .nullable(),
  /** All attempts, newest first. */
  attempts: z.array(paymentView),
  shipments: z.array(shipmentView),
  invoices: z.array(invoiceView),
  /** Our permanent address of the order for the customer: path only. */
  payPath: z.string(),
  /** When and how often a person had it on screen, and how often a program only looked; null before anybody did. */
  opened: z
    .object({ firstAt: instant.nullable(), lastAt: instant.nullable(), count: z.int(), previews: z.int() })
    .nullable(),
  /** What the screens should do while something is awaited: poll again in so many ms; null = nothing is awaited. */
  pollAfterMs: z.int().nullable(),
  createdAt: instant,
  updatedAt: instant,
});
export type OrderView = z.infer<typeof orderView>;

export const releaseAnswer = z.object({
  order: orderView,
  /** True: the link is on its way, its outcome not known yet (HTTP 202). */ pending: z.boolean(),
});

/** An enabled service as the order form offers it. */
export const serviceChoice = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  paymentType: z.enum(["debit", "withholding"]),
  currency,
  validitySeconds: z.int(),
  alwaysInclude: z.boolean(),
  mode: z.enum(["test", "live"]),
});
export const salespersonChoice = z.object({ id: z.string(), name: z.string() });
/** What the order form needs besides the order. */
export const orderFormChoices = z.object({
  services: z.array(serviceChoice),
  salespeople: z.array(salespersonChoice),
  company: z.object({
    name: z.string(),
    currency,
    pricesIncludeVat: z.boolean(),
    zone: z.string(),
    language,
    defaultVatPercent: z.string(),
  }),
});
export type OrderFormChoices = z.infer<typeof orderFormChoices>;
