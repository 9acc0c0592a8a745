import { randomBytes } from "node:crypto";
import { companyRow } from "#db/queries/company";
import { nextNumber } from "#db/queries/document-numbers";
import { insertLines } from "#db/queries/order-lines";
import { insertOrder, nameServices } from "#db/queries/orders";
import { findAlwaysIncluded } from "#db/queries/services";
import { sendAhead, transact } from "#db/transact";
import type { CreateOrderInput } from "#lib/contracts/orders";
import type { OrderId, UserId } from "#lib/domain/ids";
import { isCurrency } from "#lib/domain/money";
import { invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import {
  createdCustomer,
  customerOf,
  linesOf,
  namedRowsExist,
  prepaymentColumns,
  prepaymentOfInput,
  serviceChoice,
} from "./order-document.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import { type Actor, newId, personOf, type World } from "./world.ts";

/**
 * Creates an open order. Left out: the company's currency and today's date in its zone, the service marked Always include
 * (when it is enabled and takes this currency), no prepayment, the person as salesperson.
 */
export async function createOrder(
  world: World,
  actor: Actor,
  input: CreateOrderInput,
): Promise<Result<{ orderId: OrderId }, Refusal>> {
  return transact<{ orderId: OrderId }, Refusal>(world.db, async (tx) => {
    const orderId = newId(world, "ord");
    const settings = await companyRow(tx);
    const currency = input.currency ?? settings?.currency ?? "UAH";
    if (!isCurrency(currency)) return refuse(invalid({ field: "currency", code: "unknown_currency" }));
    const wrong = await namedRowsExist(tx, input);
    if (wrong.length > 0) return refuse(invalid(...wrong));
    const customer = await customerOf(tx, world, input);
    if (!customer.ok) return customer;
    const pricesIncludeVat = settings?.pricesIncludeVat ?? true;
    const lines = await linesOf(tx, world, orderId, input.lines ?? [], currency, pricesIncludeVat);
    if (!lines.ok) return lines;

    const always = input.paymentServiceId === undefined ? await findAlwaysIncluded(tx) : null;
    const serviceId = input.paymentServiceId ?? (always?.currency === currency ? always.id : null);
    const { totals, rows } = lines.value;
    const asked = prepaymentOfInput(input.prepayment ?? { kind: "none" }, currency);
    if (!asked.ok) return asked;
    const prepayment = prepaymentColumns(asked.value, totals.totalMinor, serviceId !== null);
    if (!prepayment.ok) return prepayment;

    const number = await nextNumber(tx, "order");
    const now = world.now();
    const written = insertOrder(tx, {
      id: orderId,
      number,
      customerId: customer.value?.id ?? null,
      salespersonId: (input.salespersonId as UserId | null | undefined) ?? personOf(actor),
      orderDate: input.orderDate ?? dateIn(settings?.zone ?? "Europe/Kyiv", now),
      currency,
      language: input.language ?? customer.value?.language ?? settings?.language ?? "uk",
      externalReference: input.externalReference,
      note: input.note,
      serviceId,
      pricesIncludeVat,
      ...prepayment.value,
      ...totals,
      payToken: randomBytes(24).toString("base64url"),
      createdBy: personOf(actor),
      createdAt: now,
    });
    await sendAhead(tx, written);
    await sendAhead(tx, insertLines(tx, rows));
    const named = serviceChoice(serviceId, input.otherServiceIds);
    await nameServices(tx, orderId, named);
    await tellStory(tx, {
      ...emptyStory(),
      timeline: [{ orderId, kind: "order.created", params: { number }, actor, source: sourceOf(actor) }],
      audits: [
        ...createdCustomer(actor, input, customer.value),
        {
          actor: auditActor(actor),
          action: "order.create",
          entity: "order",
          entityId: orderId,
          after: {
            number,
            currency,
            customerId: customer.value?.id ?? null,
            ...totals,
            ...prepayment.value,
            serviceId,
            ...(named.length > 0 ? { namedServices: named } : {}),
            lines: rows.length,
          },
        },
      ],
    });
    return ok({ orderId });
  });
}

/** The calendar date of a moment as the company's zone sees it. */
export const dateIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
