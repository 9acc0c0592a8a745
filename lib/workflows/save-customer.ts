import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Tx } from "#db/client";
import { writeAudit } from "#db/queries/audit";
import { customers } from "#db/schema/catalog";
import { transact } from "#db/transact";
import type { customerInput } from "#lib/contracts/customers";
import type { CustomerId } from "#lib/domain/ids";
import { notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { auditActor } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

export type CustomerInput = z.infer<typeof customerInput>;
type Saved = Result<{ customerId: CustomerId }, Refusal>;

export async function createCustomer(world: World, actor: Actor, input: CustomerInput): Promise<Saved> {
  return transact<{ customerId: CustomerId }, Refusal>(world.db, async (tx) =>
    ok({ customerId: await insertCustomer(tx, world, actor, input) }),
  );
}

/** Inside another transaction, for an order whose customer is created on the spot. */
export async function insertCustomer(
  tx: Tx,
  world: World,
  actor: Actor,
  input: Omit<CustomerInput, "note"> & { note?: string | null },
): Promise<CustomerId> {
  const id = newId(world, "cus");
  const fields = fieldsOf(input);
  await tx.insert(customers).values({ id, ...fields, createdAt: world.now() });
  await writeAudit(tx, {
    actor: auditActor(actor),
    action: "customer.created",
    entity: "customer",
    entityId: id,
    after: fields,
  });
  return id;
}

/** Replaces what is known of a customer. Orders show the new name and are found by it (a trigger sees to that). */
export async function updateCustomer(world: World, actor: Actor, id: CustomerId, input: CustomerInput): Promise<Saved> {
  return transact<{ customerId: CustomerId }, Refusal>(world.db, async (tx) => {
    const [row] = await tx.select().from(customers).where(eq(customers.id, id)).for("no key update");
    if (!row) return refuse(notFound("customer"));
    const after = fieldsOf(input);
    await tx.update(customers).set(after).where(eq(customers.id, id));
    await writeAudit(tx, {
      actor: auditActor(actor),
      action: "customer.changed",
      entity: "customer",
      entityId: id,
      before: fieldsOf(row),
      after,
    });
    return ok({ customerId: id });
  });
}

const fieldsOf = (from: Omit<CustomerInput, "note"> & { note?: string | null }) => ({
  name: from.name,
  email: from.email ?? null,
  phone: from.phone ?? null,
  language: from.language,
  taxId: from.taxId ?? null,
  note: from.note ?? null,
});
