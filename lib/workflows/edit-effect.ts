import type { Tx } from "#db/client";
import type { LockedOrder } from "#db/queries/order-locks";
import type { UpdateOrderInput } from "#lib/contracts/orders";
import { type EditMoney, editMoney } from "#lib/domain/edit-money";
import { securedOf } from "#lib/domain/order";
import type { Prepayment } from "#lib/domain/prepayment";
import type { Refusal } from "#lib/domain/refusal";
import { ok, type Result } from "#lib/domain/result";
import { linesOf, prepaymentColumns, prepaymentOfInput } from "./order-document.ts";
import { prepaymentOfRow } from "./order-extras.ts";
import { lockedForGate, paymentsForGate } from "./refresh-order.ts";
import type { World } from "./world.ts";

type Lines = Extract<Awaited<ReturnType<typeof linesOf>>, { ok: true }>["value"];
type Columns = Extract<ReturnType<typeof prepaymentColumns>, { ok: true }>["value"];

export type EditEffect = {
  /** Null: the lines stay. */
  lines: Lines | null;
  totals: Lines["totals"];
  prepayment: Prepayment;
  serviceId: LockedOrder["order"]["serviceId"];
  /** The prepayment as columns, with what will be required. */
  asked: Columns | { requiredMinor: bigint };
  money: EditMoney;
};

/** What a change makes of an order's amounts and of the money on it: the same for who only looks and for who saves. */
export async function effectOf(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  input: Pick<UpdateOrderInput, "lines" | "paymentServiceId" | "prepayment">,
): Promise<Result<EditEffect, Refusal>> {
  const { order } = locked;
  const lines =
    input.lines === undefined
      ? null
      : await linesOf(tx, world, order.id, input.lines, order.currency, order.pricesIncludeVat);
  if (lines && !lines.ok) return lines;
  const totals = lines?.value.totals ?? {
    netMinor: order.netMinor,
    vatMinor: order.vatMinor,
    totalMinor: order.totalMinor,
  };
  const serviceId = input.paymentServiceId === undefined ? order.serviceId : input.paymentServiceId;
  const prepayment = input.prepayment
    ? prepaymentOfInput(input.prepayment, order.currency)
    : ok(prepaymentOfRow(order));
  if (!prepayment.ok) return prepayment;
  const columns = prepaymentColumns(prepayment.value, totals.totalMinor, serviceId !== null);
  // A lower total may leave an old fixed prepayment too large: the release says so, saving the lines is not refused.
  if (!columns.ok && input.prepayment !== undefined) return columns;
  const asked = columns.ok ? columns.value : { requiredMinor: totals.totalMinor };
  const covered = securedOf(lockedForGate(locked), paymentsForGate(locked));
  return ok({
    lines: lines?.value ?? null,
    totals,
    prepayment: prepayment.value,
    serviceId,
    asked,
    money: editMoney(
      { totalMinor: order.totalMinor, requiredMinor: order.requiredMinor },
      { totalMinor: totals.totalMinor, requiredMinor: asked.requiredMinor },
      covered,
    ),
  });
}
