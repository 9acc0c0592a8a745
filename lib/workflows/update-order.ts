import { replaceLines } from "#db/queries/order-lines";
import { lockOrder } from "#db/queries/order-locks";
import type { OrderChanges } from "#db/queries/orders";
import { transact } from "#db/transact";
import type { UpdateOrderInput } from "#lib/contracts/orders";
import type { OrderId, UserId } from "#lib/domain/ids";
import { orderBlocker } from "#lib/domain/order-actions";
import { blocked, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { customerOf, linesOf, namedRowsExist, prepaymentColumns, prepaymentOfInput } from "./order-document.ts";
import { extrasOf, prepaymentOfRow } from "./order-extras.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Changes an open order; only what is sent changes, lines as a whole. The version is the one the person saw: where somebody
 * saved in between, nothing is written and both versions are named.
 */
export async function updateOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: UpdateOrderInput,
): Promise<Result<{ orderId: OrderId }, Refusal>> {
  return transact<{ orderId: OrderId }, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    if (input.version !== order.version)
      return refuse({ kind: "version_conflict", currentVersion: order.version, yourVersion: input.version });
    const { extras } = await extrasOf(tx, world, locked);
    const no = orderBlocker("edit", lockedForGate(locked), paymentsForGate(locked), extras);
    if (no) return refuse(blocked(no));
    const wrong = await namedRowsExist(tx, input);
    if (wrong.length > 0) return refuse(invalid(...wrong));
    const customer = await customerOf(tx, world, input);
    if (!customer.ok) return customer;

    const lines =
      input.lines === undefined
        ? null
        : await linesOf(tx, world, orderId, input.lines, order.currency, order.pricesIncludeVat);
    if (lines && !lines.ok) return lines;
    const totals = lines?.value.totals ?? {
      netMinor: order.netMinor,
      vatMinor: order.vatMinor,
      totalMinor: order.totalMinor,
    };
    const serviceId = input.paymentServiceId === undefined ? order.serviceId : input.paymentServiceId;
    const asked = input.prepayment ? prepaymentOfInput(input.prepayment, order.currency) : ok(prepaymentOfRow(order));
    if (!asked.ok) return asked;
    const prepayment = prepaymentColumns(asked.value, totals.totalMinor, serviceId !== null);
    // A lower total may leave an old fixed prepayment too large: the release says so, saving the lines is not refused.
    if (!prepayment.ok && input.prepayment !== undefined) return prepayment;

    if (lines) await replaceLines(tx, orderId, lines.value.rows);
    const reference = input.externalReference === undefined ? order.externalReference : input.externalReference;
    const changes: OrderChanges = {
      ...(customer.value !== undefined ? { customerId: customer.value?.id ?? null } : {}),
      ...(input.salespersonId !== undefined ? { salespersonId: input.salespersonId as UserId | null } : {}),
      ...(input.orderDate !== undefined ? { orderDate: input.orderDate } : {}),
      ...(input.language !== undefined ? { language: input.language } : {}),
      externalReference: reference,
      note: input.note === undefined ? order.note : input.note,
      serviceId,
      ...totals,
      ...(prepayment.ok ? prepayment.value : { requiredMinor: totals.totalMinor }),
      version: order.version + 1,
    };
    const story = emptyStory();
    story.timeline.push({
      orderId,
      kind: "order.edited",
      params: {
        fields: Object.keys(input)
          .filter((field) => field !== "version")
          .join(", "),
      },
      actor,
      source: sourceOf(actor),
    });
    const picture = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.keys(changes).map((key) => [key, row[key] ?? null]));
    story.audits.push({
      actor: auditActor(actor),
      action: "order.edit",
      entity: "order",
      entityId: orderId,
      before: picture(order),
      after: picture(changes),
    });
    await refreshOrder(tx, locked, changes, world.now(), actor, story);
    await tellStory(tx, story);
    return ok({ orderId });
  });
}
