import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type {
  CustomerId,
  InvoiceId,
  ItemId,
  LineId,
  OrderId,
  PaymentServiceId,
  ShipmentId,
  UserId,
} from "../../lib/domain/ids.ts";
import type { Currency } from "../../lib/domain/money.ts";
import type { FulfilmentProgress, OrderStatus } from "../../lib/domain/order.ts";
import type { PaymentState } from "../../lib/domain/payment.ts";
import { customers, items } from "./catalog.ts";
import { createdAt, instant, minor } from "./columns.ts";
import { users } from "./people.ts";
import { paymentServices } from "./services.ts";

export const salesOrders = pgTable(
  "sales_orders",
  {
    id: text("id").$type<OrderId>().primaryKey(),
    number: text("number").notNull(),
    customerId: text("customer_id")
      .$type<CustomerId>()
      .references(() => customers.id),
    salespersonId: text("salesperson_id")
      .$type<UserId>()
      .references(() => users.id),
    orderDate: date("order_date", { mode: "string" }).notNull(),
    currency: text("currency").$type<Currency>().notNull(),
    language: text("language").$type<"en" | "uk">().notNull().default("uk"),
    externalReference: text("external_reference"),
    note: text("note"),
    serviceId: text("service_id")
      .$type<PaymentServiceId>()
      .references(() => paymentServices.id),
    prepaymentKind: text("prepayment_kind").$type<"none" | "percent" | "amount">().notNull().default("none"),
    prepaymentBp: integer("prepayment_bp"),
    prepaymentMinor: minor("prepayment_minor"),
    pricesIncludeVat: boolean("prices_include_vat").notNull().default(true),
    netMinor: minor("net_minor").notNull().default(sql`0`),
    vatMinor: minor("vat_minor").notNull().default(sql`0`),
    totalMinor: minor("total_minor").notNull().default(sql`0`),
    requiredMinor: minor("required_minor").notNull().default(sql`0`),
    releasedAt: instant("released_at"),
    cancelledAt: instant("cancelled_at"),
    /** A person wants it cancelled, and a provider has still to confirm that a link or a hold is gone. */
    cancelRequestedAt: instant("cancel_requested_at"),
    cancelReason: text("cancel_reason"),
    version: integer("version").notNull().default(1),
    /** The customer's permanent address: /pay/{token}. */
    payToken: text("pay_token").notNull(),

    // Computed from the facts by one function (workflows/refresh-order.ts) and stored for lists.
    status: text("status").$type<OrderStatus>().notNull().default("open"),
    securedMinor: minor("secured_minor").notNull().default(sql`0`),
    heldMinor: minor("held_minor").notNull().default(sql`0`),
    paymentState: text("payment_state").$type<PaymentState>(),
    needsReview: boolean("needs_review").notNull().default(false),
    shipped: text("shipped").$type<FulfilmentProgress>().notNull().default("none"),
    invoiced: text("invoiced").$type<FulfilmentProgress>().notNull().default("none"),
    /** Money part of the gate open; until `accepted_until` when it rests on a hold. */
    accepted: boolean("accepted").notNull().default(false),
    acceptedUntil: instant("accepted_until"),
    nextDeadlineKind: text("next_deadline_kind").$type<"link" | "hold">(),
    nextDeadlineAt: instant("next_deadline_at"),
    /** Lower-case words the list searches: number, customer, phone, reference. */
    searchText: text("search_text").notNull().default(""),

    createdBy: text("created_by")
      .$type<UserId>()
      .references(() => users.id),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("sales_orders_number").on(t.number),
    uniqueIndex("sales_orders_pay_token").on(t.payToken),
    unique("sales_orders_id_currency").on(t.id, t.currency),
    index("sales_orders_newest").on(t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("sales_orders_status").on(t.status, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("sales_orders_total").on(t.totalMinor, t.id),
    index("sales_orders_customer").on(t.customerId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("sales_orders_salesperson").on(t.salespersonId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    // What closes by itself: the holds and waivers that an open gate rests on.
    index("sales_orders_accepted_until")
      .on(t.acceptedUntil)
      .where(sql`${t.accepted} and ${t.acceptedUntil} is not null`),
    index("sales_orders_deadline").on(t.nextDeadlineAt, t.id).where(sql`${t.nextDeadlineAt} is not null`),
    index("sales_orders_payment_state").on(t.paymentState, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("sales_orders_review")
      .on(t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`${t.needsReview}`),
    index("sales_orders_ready")
      .on(t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`${t.status} = 'released' and ${t.shipped} <> 'fully'`),
    index("sales_orders_gate_ends").on(t.acceptedUntil).where(sql`${t.accepted} and ${t.acceptedUntil} is not null`),
    check(
      "order_amounts",
      sql`${t.netMinor} >= 0 and ${t.vatMinor} >= 0 and ${t.totalMinor} = ${t.netMinor} + ${t.vatMinor} and ${t.totalMinor} <= 100000000000`,
    ),
    check("order_required", sql`${t.requiredMinor} between 0 and greatest(${t.totalMinor}, 1)`),
    check("order_secured", sql`${t.securedMinor} >= 0 and ${t.heldMinor} between 0 and ${t.securedMinor}`),
    check(
      "order_prepayment",
      sql`(${t.prepaymentKind} = 'none' and ${t.prepaymentBp} is null and ${t.prepaymentMinor} is null)
        or (${t.prepaymentKind} = 'percent' and ${t.prepaymentBp} is not null and ${t.prepaymentBp} between 1 and 10000 and ${t.prepaymentMinor} is null)
        or (${t.prepaymentKind} = 'amount' and ${t.prepaymentMinor} is not null and ${t.prepaymentMinor} between 1 and 100000000000 and ${t.prepaymentBp} is null)`,
    ),
    check("order_currency", sql`${t.currency} ~ '^[A-Z]{3}$'`),
    check("order_status", sql`${t.status} in ('open', 'pending_prepayment', 'released', 'cancelled')`),
    check(
      "order_progress",
      sql`${t.shipped} in ('none', 'partly', 'fully') and ${t.invoiced} in ('none', 'partly', 'fully')`,
    ),
    check("order_instants", sql`isfinite(${t.createdAt}) and isfinite(${t.releasedAt}) and isfinite(${t.cancelledAt})`),
    check("order_date_range", sql`${t.orderDate} between date '2000-01-01' and date '2100-12-31'`),
  ],
);

export const orderLines = pgTable(
  "order_lines",
  {
    id: text("id").$type<LineId>().primaryKey(),
    orderId: text("order_id")
      .$type<OrderId>()
      .notNull()
      .references(() => salesOrders.id),
    position: integer("position").notNull(),
    itemId: text("item_id")
      .$type<ItemId>()
      .references(() => items.id),
    sku: text("sku"),
    description: text("description").notNull(),
    unit: text("unit"),
    quantityMilli: minor("quantity_milli").notNull(),
    unitPriceMinor: minor("unit_price_minor").notNull(),
    discountBp: integer("discount_bp").notNull().default(0),
    vatBp: integer("vat_bp").notNull().default(0),
    netMinor: minor("net_minor").notNull(),
    vatMinor: minor("vat_minor").notNull(),
    totalMinor: minor("total_minor").notNull(),
  },
  (t) => [
    unique("order_lines_position").on(t.orderId, t.position),
    check("line_quantity", sql`${t.quantityMilli} between 1 and 1000000000`),
    check("line_price", sql`${t.unitPriceMinor} between 0 and 100000000000`),
    check("line_rates", sql`${t.discountBp} between 0 and 10000 and ${t.vatBp} between 0 and 10000`),
    check(
      "line_totals",
      sql`${t.netMinor} >= 0 and ${t.vatMinor} >= 0 and ${t.totalMinor} = ${t.netMinor} + ${t.vatMinor}`,
    ),
  ],
);

/** Who a document is from and to. */
export type DocumentParties = {
  seller: {
    name: string;
    legalName: string | null;
    taxId: string | null;
    address: string | null;
    phone: string | null;
    email: string | null;
    iban: string | null;
    bankName: string | null;
  };
  buyer: { name: string; taxId: string | null; phone: string | null; email: string | null } | null;
};

const fulfilment = {
  orderId: text("order_id")
    .$type<OrderId>()
    .notNull()
    .references(() => salesOrders.id),
  number: text("number").notNull(),
  note: text("note"),
  /** Seller and buyer as they were when it was made: it reads the same for ever. Null on those older than this. */
  parties: jsonb("parties").$type<DocumentParties>(),
  createdBy: text("created_by")
    .$type<UserId>()
    .references(() => users.id),
};

export const shipments = pgTable(
  "shipments",
  {
    id: text("id").$type<ShipmentId>().primaryKey(),
    ...fulfilment,
    trackingNumber: text("tracking_number"),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("shipments_number").on(t.number), index("shipments_order").on(t.orderId)],
);

export const shipmentLines = pgTable(
  "shipment_lines",
  {
    shipmentId: text("shipment_id")
      .$type<ShipmentId>()
      .notNull()
      .references(() => shipments.id),
    lineId: text("line_id")
      .$type<LineId>()
      .notNull()
      .references(() => orderLines.id),
    quantityMilli: minor("quantity_milli").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.shipmentId, t.lineId] }),
    index("shipment_lines_line").on(t.lineId),
    check("shipment_quantity", sql`${t.quantityMilli} between 1 and 1000000000`),
  ],
);

export const invoices = pgTable(
  "invoices",
  {
    id: text("id").$type<InvoiceId>().primaryKey(),
    ...fulfilment,
    currency: text("currency").$type<Currency>().notNull(),
    totalMinor: minor("total_minor").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("invoices_number").on(t.number),
    index("invoices_order").on(t.orderId),
    foreignKey({
      name: "invoices_order_currency",
      columns: [t.orderId, t.currency],
      foreignColumns: [salesOrders.id, salesOrders.currency],
    }),
    check("invoice_total", sql`${t.totalMinor} between 0 and 100000000000`),
  ],
);

export const invoiceLines = pgTable(
  "invoice_lines",
  {
    invoiceId: text("invoice_id")
      .$type<InvoiceId>()
      .notNull()
      .references(() => invoices.id),
    lineId: text("line_id")
      .$type<LineId>()
      .notNull()
      .references(() => orderLines.id),
    quantityMilli: minor("quantity_milli").notNull(),
    totalMinor: minor("total_minor").notNull(),
    /** Of the total; the VAT of all invoices of a line adds up to the line's. Null on those older than this. */
    vatMinor: minor("vat_minor"),
  },
  (t) => [
    primaryKey({ columns: [t.invoiceId, t.lineId] }),
    index("invoice_lines_line").on(t.lineId),
    check("invoice_quantity", sql`${t.quantityMilli} between 1 and 1000000000`),
    check("invoice_line_total", sql`${t.totalMinor} >= 0`),
    check("invoice_line_vat", sql`${t.vatMinor} between 0 and ${t.totalMinor}`),
  ],
);

/** What happened to an order, as data; append-only. `kind` and `params` become a sentence in the reader's language. */
export const orderTimeline = pgTable(
  "order_timeline",
  {
    id: minor("id").primaryKey().generatedAlwaysAsIdentity(),
    orderId: text("order_id")
      .$type<OrderId>()
      .notNull()
      .references(() => salesOrders.id),
    paymentId: text("payment_id"),
    at: instant("at").notNull().defaultNow(),
    kind: text("kind").notNull(),
    group: text("group").$type<"money" | "messages" | "document" | "system">().notNull(),
    params: jsonb("params").$type<Record<string, unknown>>().notNull().default({}),
    actorId: text("actor_id"),
    actorName: text("actor_name"),
    source: text("source").notNull(),
  },
  (t) => [
    index("order_timeline_order").on(t.orderId, t.id.desc().nullsFirst()),
    index("order_timeline_payment").on(t.paymentId, t.id.desc().nullsFirst()),
  ],
);
