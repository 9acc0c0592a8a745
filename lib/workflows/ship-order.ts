import { brokenConstraint } from "#db/fault";
import { nextNumber } from "#db/queries/document-numbers";
import { partiesOfOrder } from "#db/queries/documents";
import { type FulfilledLine, fulfilledLines } from "#db/queries/order-lines";
import { lockOrder } from "#db/queries/order-locks";
import { insertShipment } from "#db/queries/shipments";
import { transact } from "#db/transact";
import type { LineId, OrderId, ShipmentId } from "#lib/domain/ids";
import { type FulfilmentProgress, gate, progressOf } from "#lib/domain/order";
import { parseQuantity } from "#lib/domain/order-line";
import {
  type BlockedAction,
  blocked,
  blocker,
  type FieldError,
  invalid,
  notFound,
  type Refusal,
} from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import { type Actor, newId, personOf, type World } from "./world.ts";

export type ShipInput = {
  lines?: { lineId: string; quantity: string }[] | undefined;
  trackingNumber?: string | null | undefined;
  note?: string | null | undefined;
};

/** Ships what is named, or all that is left. The gate is asked here with the rows locked, and once more by the database. */
export async function shipOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: ShipInput,
): Promise<Result<{ shipmentId: ShipmentId }, Refusal>> {
  return withGate("ship", () =>
    transact<{ shipmentId: ShipmentId }, Refusal>(world.db, async (tx) => {
      const locked = await lockOrder(tx, orderId);
      if (!locked) return refuse(notFound("order"));
      const closed = gate(lockedForGate(locked), paymentsForGate(locked), world.now(), "ship")[0];
      if (closed) return refuse(blocked(closed));
      const lines = await fulfilledLines(tx, orderId, "shipped");
      const chosen = chooseLines(lines, input.lines, "ship");
      if (!chosen.ok) return chosen;

      const shipmentId = newId(world, "shp");
      const number = await nextNumber(tx, "shipment");
      const { trackingNumber, note } = input;
      const made = { parties: await partiesOfOrder(tx, orderId), createdBy: personOf(actor), createdAt: world.now() };
      await insertShipment(
        tx,
        { id: shipmentId, orderId, number, trackingNumber, note, ...made },
        chosen.value.map(({ line, quantityMilli }) => ({ shipmentId, lineId: line.id, quantityMilli })),
      );

      const story = emptyStory();
      const quantity = chosen.value.reduce((sum, { quantityMilli }) => sum + quantityMilli, 0n);
      story.timeline.push({
        orderId,
        kind: "shipment.created",
        params: { number, quantity: milliText(quantity) },
        actor,
        source: sourceOf(actor),
      });
      story.audits.push({
        actor: auditActor(actor),
        action: "shipment.create",
        entity: "shipment",
        entityId: shipmentId,
        after: {
          orderId,
          number,
          lines: chosen.value.map(({ line, quantityMilli }) => ({ lineId: line.id, quantityMilli })),
        },
      });
      await refreshOrder(tx, locked, { shipped: progressAfter(lines, chosen.value) }, world.now(), actor, story);
      await tellStory(tx, story);
      return ok({ shipmentId });
    }),
  );
}

export type ChosenLine = { line: FulfilledLine; quantityMilli: bigint };

/** The lines and quantities meant; never more than is left, each line once. */
export function chooseLines(
  lines: readonly FulfilledLine[],
  asked: readonly { lineId: string; quantity: string }[] | undefined,
  action: Extract<BlockedAction, "ship" | "invoice">,
): Result<ChosenLine[], Refusal> {
  const left = lines.filter((line) => line.doneMilli < line.quantityMilli);
  if (left.length === 0)
    return refuse(
      blocked(blocker(action === "ship" ? "NOTHING_TO_SHIP" : "NOTHING_TO_INVOICE", action, "sales", ["wait"])),
    );
  if (!asked) return ok(left.map((line) => ({ line, quantityMilli: line.quantityMilli - line.doneMilli })));

  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const chosen = asked.flatMap(({ lineId, quantity }, index): ChosenLine[] => {
    const line = lines.find((candidate) => candidate.id === (lineId as LineId));
    const quantityMilli = parseQuantity(quantity) ?? 0n;
    if (!line) errors.push({ field: `lines.${index}.lineId`, code: "unknown_id" });
    else if (seen.has(lineId)) errors.push({ field: `lines.${index}.lineId`, code: "twice" });
    else if (line.doneMilli + quantityMilli > line.quantityMilli)
      errors.push({
        field: `lines.${index}.quantity`,
        code: "more_than_left",
        params: { left: milliText(line.quantityMilli - line.doneMilli) },
      });
    seen.add(lineId);
    return line ? [{ line, quantityMilli }] : [];
  });
  return errors.length > 0 ? refuse(invalid(...errors)) : ok(chosen);
}

export function progressAfter(lines: readonly FulfilledLine[], chosen: readonly ChosenLine[]): FulfilmentProgress {
  const added = (line: FulfilledLine) => chosen.find((candidate) => candidate.line.id === line.id)?.quantityMilli ?? 0n;
  return progressOf(
    lines.map((line) => line.quantityMilli),
    lines.map((line) => line.doneMilli + added(line)),
  );
}

/** A refusal by the database's own gate (a hold that ran out this second, a second shipment) in the same words as ours. */
export async function withGate<T>(
  action: Extract<BlockedAction, "ship" | "invoice">,
  work: () => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  try {
    return await work();
  } catch (fault) {
    const constraint = brokenConstraint(fault);
    if (constraint === "gate_closed") return refuse(blocked(blocker("IN_REVIEW", action, "finance", ["sync"])));
    if (constraint === "prepayment_not_covered")
      return refuse(blocked(blocker("AWAITING_PAYMENT", action, "sales", ["sync"])));
    if (constraint === "more_than_ordered")
      return refuse(blocked(blocker("QUANTITY_EXCEEDED", action, "sales", ["set_quantity"])));
    throw fault;
  }
}

/** `2500n` → `"2.5"`. */
export function milliText(milli: bigint): string {
  const text = milli.toString().padStart(4, "0");
  return `${text.slice(0, -3)}.${text.slice(-3)}`.replace(/\.?0+$/, "");
}
