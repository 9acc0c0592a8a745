import type { Tx } from "#db/client";
import type { AuditEntry } from "#db/queries/audit";
import { companyLanguage } from "#db/queries/company";
import { type CustomerRow, findCustomer, insertCustomer } from "#db/queries/customers";
import { findItems, type ItemRow } from "#db/queries/items";
import type { NewLine } from "#db/queries/order-lines";
import type { NewOrder } from "#db/queries/orders";
import { isActiveUser } from "#db/queries/people";
import { serviceExists } from "#db/queries/services";
import type { CreateOrderInput } from "#lib/contracts/orders";
import type { LineId, OrderId, PaymentServiceId, UserId } from "#lib/domain/ids";
import { type Currency, MAX_AMOUNT_MINOR } from "#lib/domain/money";
import { documentTotals, lineTotals, parsePercent, parseQuantity } from "#lib/domain/order-line";
import { type Prepayment, prepaymentProblem, requiredFor } from "#lib/domain/prepayment";
import { type FieldError, invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { auditActor } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

type LineInput = NonNullable<CreateOrderInput["lines"]>[number];
export type OrderFields = Omit<CreateOrderInput, "currency">;

/** Lines as rows, with totals computed here and nowhere else. Errors name the cell. */
export async function linesOf(
  tx: Tx,
  world: World,
  orderId: OrderId,
  inputs: readonly LineInput[],
  currency: Currency,
  pricesIncludeVat: boolean,
): Promise<Result<{ rows: NewLine[]; totals: { netMinor: bigint; vatMinor: bigint; totalMinor: bigint } }, Refusal>> {
  const errors: FieldError[] = [];
  const known = await knownItems(tx, inputs);
  const rows = inputs.map((input, index): NewLine => {
    const at = `lines.${index}`;
    const item = input.itemId ? known.get(input.itemId) : undefined;
    if (input.itemId && !item) errors.push({ field: `${at}.itemId`, code: "unknown_id" });
    if (item && !item.active) errors.push({ field: `${at}.itemId`, code: "item_inactive", params: { sku: item.sku } });
    if (input.unitPrice.currency !== currency)
      errors.push({ field: `${at}.unitPrice.currency`, code: "other_currency", params: { currency } });
    const amounts = {
      quantityMilli: parseQuantity(input.quantity) ?? 0n,
      unitPriceMinor: BigInt(input.unitPrice.amount),
      discountBasisPoints: parsePercent(input.discountPercent) ?? 0,
      vatBasisPoints: parsePercent(input.vatPercent) ?? 0,
    };
    const totals = lineTotals(amounts, pricesIncludeVat);
    return {
      id: newId(world, "lin") as LineId,
      orderId,
      position: index + 1,
      itemId: item ? (input.itemId ?? null) : null,
      sku: input.sku ?? item?.sku ?? null,
      description: input.description,
      unit: input.unit ?? item?.unit ?? null,
      quantityMilli: amounts.quantityMilli,
      unitPriceMinor: amounts.unitPriceMinor,
      discountBp: amounts.discountBasisPoints,
      vatBp: amounts.vatBasisPoints,
      ...totals,
    };
  });
  const totals = documentTotals(rows.map(({ netMinor, vatMinor, totalMinor }) => ({ netMinor, vatMinor, totalMinor })));
  if (totals.totalMinor > MAX_AMOUNT_MINOR) errors.push({ field: "lines", code: "total_too_large" });
  return errors.length > 0 ? refuse(invalid(...errors)) : ok({ rows, totals });
}

async function knownItems(tx: Tx, inputs: readonly LineInput[]): Promise<Map<string, ItemRow>> {
  const ids = [...new Set(inputs.flatMap(({ itemId }) => (itemId ? [itemId] : [])))];
  if (ids.length === 0) return new Map();
  return new Map((await findItems(tx, ids)).map((row) => [row.id, row]));
}

/** The prepayment a person asked for, in the domain's words; refused where its currency is not the order's. */
export function prepaymentOfInput(
  input: NonNullable<OrderFields["prepayment"]>,
  currency: Currency,
): Result<Prepayment, Refusal> {
  switch (input.kind) {
    case "none":
      return ok(input);
    case "percent":
      return ok({ kind: "percent", basisPoints: parsePercent(input.percent) ?? 0 });
    case "amount":
      return input.amount.currency === currency
        ? ok({ kind: "amount", amountMinor: BigInt(input.amount.amount) })
        : refuse(invalid({ field: "prepayment.amount.currency", code: "other_currency", params: { currency } }));
  }
}

/** The prepayment as columns and what the gate will require, or the field that is wrong. */
export function prepaymentColumns(
  prepayment: Prepayment,
  totalMinor: bigint,
  hasService: boolean,
): Result<Pick<NewOrder, "prepaymentKind" | "prepaymentBp" | "prepaymentMinor"> & { requiredMinor: bigint }, Refusal> {
  const problem = prepaymentProblem(prepayment, totalMinor);
  if (problem)
    return refuse(
      invalid({ field: prepayment.kind === "percent" ? "prepayment.percent" : "prepayment.amount", code: problem }),
    );
  return ok({
    prepaymentKind: prepayment.kind,
    prepaymentBp: prepayment.kind === "percent" ? prepayment.basisPoints : null,
    prepaymentMinor: prepayment.kind === "amount" ? prepayment.amountMinor : null,
    requiredMinor: requiredFor(prepayment, totalMinor, hasService),
  });
}

/** The customer picked, or created on the spot; `undefined` where the input says nothing about it. */
export async function customerOf(
  tx: Tx,
  world: World,
  input: Pick<OrderFields, "customerId" | "customer">,
): Promise<Result<CustomerRow | null | undefined, Refusal>> {
  if (input.customer && input.customerId) return refuse(invalid({ field: "customer", code: "either_id_or_new" }));
  if (input.customer) {
    const { name, email, phone, language, taxId } = input.customer;
    const id = newId(world, "cus");
    const known = { name, email: email ?? null, phone: phone ?? null, taxId };
    return ok(await insertCustomer(tx, { id, ...known, language: language ?? (await companyLanguage(tx)) }));
  }
  if (input.customerId === undefined) return ok(undefined);
  if (input.customerId === null) return ok(null);
  const row = await findCustomer(tx, input.customerId);
  return row ? ok(row) : refuse(invalid({ field: "customerId", code: "unknown_id" }));
}

/** The audit row of a customer who was created with the order; none where one was picked. */
export function createdCustomer(
  actor: Actor,
  input: Pick<OrderFields, "customer">,
  row: CustomerRow | null | undefined,
): AuditEntry[] {
  if (!input.customer || !row) return [];
  const { name, email, phone, language, taxId, note } = row;
  const after = { name, email, phone, language, taxId, note };
  return [{ actor: auditActor(actor), action: "customer.created", entity: "customer", entityId: row.id, after }];
}

/** The services that the customer chooses among, the order's own first; none where there is nothing to choose. */
export function serviceChoice(
  own: PaymentServiceId | null,
  others: readonly PaymentServiceId[] | undefined,
): PaymentServiceId[] {
  const rest = [...new Set(others)].filter((id) => id !== own);
  return own === null || rest.length === 0 ? [] : [own, ...rest];
}

/** Checks that a chosen salesperson and service exist; a disabled service may stand on an open order, release says no to it. */
export async function namedRowsExist(
  tx: Tx,
  input: Pick<OrderFields, "salespersonId" | "paymentServiceId" | "otherServiceIds">,
): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  if (input.salespersonId && !(await isActiveUser(tx, input.salespersonId as UserId)))
    errors.push({ field: "salespersonId", code: "unknown_id" });
  if (input.paymentServiceId && !(await serviceExists(tx, input.paymentServiceId)))
    errors.push({ field: "paymentServiceId", code: "unknown_id" });
  for (const [at, id] of (input.otherServiceIds ?? []).entries())
    if (!(await serviceExists(tx, id))) errors.push({ field: `otherServiceIds.${at}`, code: "unknown_id" });
  return errors;
}
