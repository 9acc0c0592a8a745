import type { z } from "zod";
import type { Tx } from "#db/client";
import { brokenConstraint } from "#db/fault";
import { writeAudit } from "#db/queries/audit";
import { insertItem, lockItem, saveItem } from "#db/queries/items";
import { transact } from "#db/transact";
import type { itemInput } from "#lib/contracts/customers";
import type { ItemId } from "#lib/domain/ids";
import { parsePercent } from "#lib/domain/order-line";
import { invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { auditActor } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

export type ItemInput = z.infer<typeof itemInput>;
type Saved = Result<{ itemId: ItemId }, Refusal>;

/** Two items never share a code; the index says so, whoever was first. */
async function unlessTaken(world: World, work: (tx: Tx) => Promise<Saved>): Promise<Saved> {
  try {
    return await transact<{ itemId: ItemId }, Refusal>(world.db, work);
  } catch (fault) {
    if (brokenConstraint(fault) === "items_sku") return refuse(invalid({ field: "sku", code: "taken" }));
    throw fault;
  }
}

export async function createItem(world: World, actor: Actor, input: ItemInput): Promise<Saved> {
  return unlessTaken(world, async (tx) => {
    const id = newId(world, "itm");
    const fields = fieldsOf(input);
    await insertItem(tx, { id, ...fields, createdAt: world.now() });
    await writeAudit(tx, {
      actor: auditActor(actor),
      action: "item.created",
      entity: "item",
      entityId: id,
      after: fields,
    });
    return ok({ itemId: id });
  });
}

/** Replaces an item's particulars. Lines of existing orders keep what they were written with. */
export async function updateItem(world: World, actor: Actor, id: ItemId, input: ItemInput): Promise<Saved> {
  return unlessTaken(world, async (tx) => {
    const row = await lockItem(tx, id);
    if (!row) return refuse(notFound("item"));
    const after = fieldsOf(input);
    await saveItem(tx, id, after);
    const { id: _id, createdAt: _createdAt, ...before } = row;
    await writeAudit(tx, {
      actor: auditActor(actor),
      action: "item.changed",
      entity: "item",
      entityId: id,
      before,
      after,
    });
    return ok({ itemId: id });
  });
}

const fieldsOf = (input: ItemInput) => ({
  sku: input.sku,
  name: input.name,
  unit: input.unit,
  unitPriceMinor: BigInt(input.unitPrice.amount),
  currency: input.unitPrice.currency,
  // The contract has let through only what parses.
  vatBp: parsePercent(input.vatPercent) ?? 0,
  active: input.active,
});
