import type { OfflineReceiptWithNames } from "#db/queries/offline-receipts";
import type { findFulfilment, LineRow, OrderPageRow, PaymentWithNames } from "#db/queries/order-page";
import type { WaiverWithNames } from "#db/queries/waivers";
import type { LineView, OrderView } from "#lib/contracts/orders";
import { type Currency, isCurrency, type MoneyView, moneyView } from "#lib/domain/money";
import { cancelSteps } from "#lib/domain/money-back";
import { gate, isCompleted, leadingPayment, missingOf, type OrderForGate, securedOf } from "#lib/domain/order";
import { type OrderExtras, orderActions } from "#lib/domain/order-actions";
import { isLive, securedMinor } from "#lib/domain/payment";
import type { Prepayment } from "#lib/domain/prepayment";
import type { PaymentSource } from "#lib/domain/provider";
import { waivableMinor } from "#lib/domain/waiver";
import { pages } from "#lib/paths";
import { percentText, quantityText } from "./decimal-text.ts";
import { offlineReceiptViewOf } from "./offline.ts";
import { capabilitiesOf, iso, paymentViewOf, ruledPayment } from "./payment-view.ts";
import type { Viewer } from "./viewer.ts";
import { waiverViewOf } from "./waivers.ts";

/** While something is awaited, screens ask again this often. */
const POLL_AFTER_MS = 2_000;

type Fulfilment = Awaited<ReturnType<typeof findFulfilment>>;
/** What a second person has approved or is asked about: waivers that stand, recorded money that waits. */
type Besides = {
  waivers: WaiverWithNames[];
  receipts: OfflineReceiptWithNames[];
  /** A new link is mailed without anybody asking. */
  mailsLink: boolean;
};

/** Everything the order page shows, and what this person may do there: the same rules that the workflows apply. */
export function orderViewOf(
  row: OrderPageRow,
  lines: LineRow[],
  allPayments: PaymentWithNames[],
  { shipments, invoices }: Fulfilment,
  { waivers, receipts, mailsLink }: Besides,
  viewer: Viewer,
  now: Date,
): OrderView {
  const { order } = row;
  const money = (amountMinor: bigint): MoneyView => moneyView(amountMinor, order.currency);
  // Deleted ones never held money: they are out of lists and totals, and stay in the timeline.
  const attempts = allPayments.filter(({ payment }) => payment.deletedAt === null);
  const payments = attempts.map(ruledPayment);
  const facts: OrderForGate = {
    id: order.id,
    currency: order.currency,
    totalMinor: order.totalMinor,
    requiredMinor: order.requiredMinor,
    hasPrepayment: order.prepaymentKind !== "none",
    releasedAt: order.releasedAt,
    cancelledAt: order.cancelledAt,
    cancelRequestedAt: order.cancelRequestedAt,
    attachedMinor: row.attachedMinor,
    waivers: waivers.map(({ waiver }) => waiver).filter((waiver) => waiver.approvedAt !== null),
    pendingApprovals: [
      ...waivers
        .filter(({ waiver }) => waiver.approvedAt === null)
        .map(({ waiver: { capMinor, requestedAt } }) => ({
          kind: "waiver" as const,
          amountMinor: capMinor,
          since: requestedAt,
        })),
      ...receipts.map(({ receipt: { amountMinor, recordedAt } }) => ({
        kind: "offline" as const,
        amountMinor,
        since: recordedAt,
      })),
    ],
  };
  const secured = securedOf(facts, payments);
  const held = payments.filter(({ state, currency }) => state === "withholding" && currency === order.currency);
  const ship = gate(facts, payments, now, "ship");
  const lead = leadingPayment(payments);
  const views = attempts.map((attempt) => paymentViewOf(attempt, viewer));
  const completed = isCompleted(order.shipped, order.invoiced);
  const awaited = payments.some((payment) => isLive(payment.state) || payment.unsettled !== null);

  return {
    id: order.id,
    number: order.number,
    version: order.version,
    status: order.status,
    completed,
    shipped: order.shipped,
    invoiced: order.invoiced,
    customer: row.customer && { ...row.customer, orderCount: row.orderCount, unpaidCount: row.unpaidCount },
    salesperson: row.salesperson,
    mailsLinkTo: mailsLink ? (row.customer?.email ?? null) : null,
    orderDate: order.orderDate,
    currency: order.currency,
    language: order.language,
    externalReference: order.externalReference,
    note: order.note,
    pricesIncludeVat: order.pricesIncludeVat,
    paymentService: row.service && {
      id: row.service.id,
      name: row.service.name,
      provider: row.service.provider,
      paymentType: row.service.paymentType,
      validitySeconds: row.service.validitySeconds,
      holdMarginHours: row.service.holdMarginHours,
      mode: row.service.mode,
      enabled: row.service.enabled,
    },
    otherServices: row.otherServices,
    prepayment: prepaymentView(order, money),
    lines: lines.map((line) => lineView(line, money)),
    net: money(order.netMinor),
    vat: money(order.vatMinor),
    total: money(order.totalMinor),
    required: money(order.requiredMinor),
    covered: money(secured),
    held: money(held.reduce((sum, payment) => sum + securedMinor(payment.facts), 0n)),
    missing: money(missingOf(order.requiredMinor, secured)),
    paymentAccepted: ship.length === 0,
    needsReview: payments.some((payment) => payment.needsReview),
    gate: { ship, invoice: gate(facts, payments, now, "invoice") },
    gateOpenUntil: ship.length === 0 ? iso(order.acceptedUntil) : null,
    actions: orderActions(facts, payments, extrasOf(row, lines, attempts, now), viewer.role),
    waivers: waivers.map((waiver) => waiverViewOf(waiver, viewer, now)),
    waivable: money(waivableMinor(facts, payments, now)),
    waitingReceipts: receipts.map((receipt) => offlineReceiptViewOf(receipt, viewer)),
    payment: views.find((view) => view.id === lead?.id) ?? null,
    cancelling: order.cancelledAt
      ? null
      : {
          since: iso(order.cancelRequestedAt),
          reason: order.cancelRequestedAt && order.cancelReason,
          steps: cancelSteps(payments, ({ provider }) => capabilitiesOf(provider as PaymentSource)).map((step) => ({
            paymentId: step.paymentId,
            attempt: views.find(({ id }) => id === step.paymentId)?.attempt ?? 0,
            provider: payments.find(({ id }) => id === step.paymentId)?.provider ?? "",
            kind: step.kind,
            amount: money(step.amountMinor),
            taken: money(step.takenMinor),
          })),
          attachments: row.attachments.map(({ from, to, paymentId, amountMinor, isHeld }) => ({
            paymentId,
            kind: to === order.number ? "attached_here" : isHeld ? "lent_goes_back" : "lent_stays",
            orderNumber: to === order.number ? from : to,
            amount: money(BigInt(amountMinor)),
          })),
        },
    attempts: views,
    shipments: shipments.map((shipment) => ({
      ...shipment,
      createdAt: shipment.createdAt.toISOString(),
      lines: shipment.lines.map(quantityLine),
    })),
    invoices: invoices.map(({ currency, totalMinor, ...invoice }) => ({
      ...invoice,
      createdAt: invoice.createdAt.toISOString(),
      total: moneyView(totalMinor, currency),
      lines: invoice.lines.map(quantityLine),
    })),
    payPath: pages.pay(order.payToken),
    opened: row.opened && {
      firstAt: iso(row.opened.firstAt),
      lastAt: iso(row.opened.lastAt),
      count: row.opened.count,
      previews: row.opened.previewCount,
    },
    pollAfterMs: awaited && !completed && order.cancelledAt === null ? POLL_AFTER_MS : null,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

const quantityLine = ({ lineId, quantityMilli }: { lineId: string; quantityMilli: string }) => ({
  lineId,
  quantity: quantityText(BigInt(quantityMilli)),
});

function extrasOf(row: OrderPageRow, lines: LineRow[], attempts: PaymentWithNames[], now: Date): OrderExtras {
  const { order, service } = row;
  return {
    now,
    hasCustomer: order.customerId !== null,
    lineCount: lines.length,
    prepayment: prepaymentOf(order),
    service: service && {
      name: service.name,
      enabled: service.enabled,
      currency: knownCurrency(service.currency),
      credentialsUsable: service.credentialsUsable,
    },
    otherServiceUsable: row.otherServiceUsable,
    shipped: order.shipped,
    invoiced: order.invoiced,
    liveUrl: attempts.find(({ payment }) => isLive(payment.state))?.payment.url ?? null,
  };
}

function knownCurrency(code: string): Currency {
  if (!isCurrency(code)) throw new Error("Invariant broken: a stored currency that ISO 4217 does not list");
  return code;
}

type PrepaymentColumns = Pick<OrderPageRow["order"], "prepaymentKind" | "prepaymentBp" | "prepaymentMinor">;

function prepaymentOf(order: PrepaymentColumns): Prepayment {
  switch (order.prepaymentKind) {
    case "none":
      return { kind: "none" };
    case "percent":
      return { kind: "percent", basisPoints: order.prepaymentBp ?? 0 };
    case "amount":
      return { kind: "amount", amountMinor: order.prepaymentMinor ?? 0n };
  }
}

function prepaymentView(order: PrepaymentColumns, money: (minor: bigint) => MoneyView): OrderView["prepayment"] {
  const prepayment = prepaymentOf(order);
  switch (prepayment.kind) {
    case "none":
      return { kind: "none" };
    case "percent":
      return { kind: "percent", percent: percentText(prepayment.basisPoints) };
    case "amount":
      return { kind: "amount", amount: money(prepayment.amountMinor) };
  }
}

const lineView = (line: LineRow, money: (minor: bigint) => MoneyView): LineView => ({
  id: line.id,
  position: line.position,
  itemId: line.itemId,
  sku: line.sku,
  description: line.description,
  unit: line.unit,
  quantity: quantityText(line.quantityMilli),
  unitPrice: money(line.unitPriceMinor),
  discountPercent: percentText(line.discountBp),
  vatPercent: percentText(line.vatBp),
  net: money(line.netMinor),
  vat: money(line.vatMinor),
  total: money(line.totalMinor),
  shippedQuantity: quantityText(line.shippedMilli),
  invoicedQuantity: quantityText(line.invoicedMilli),
});
