import type { z } from "zod";
import { writeAudit } from "#db/queries/audit";
import { companyLanguage } from "#db/queries/company";
import { insertCustomer, lockCustomer, saveCustomer } from "#db/queries/customers";
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
  return transact<{ customerId: CustomerId }, Refusal>(world.db, async (tx) => {
    const id = newId(world, "cus");
    const fields = fieldsOf({ ...input, language: input.language ?? (await companyLanguage(tx)) });
    await insertCustomer(tx, { id, ...fields, createdAt: world.now() });
    await writeAudit(tx, {
      actor: auditActor(actor),
      action: "customer.created",
      entity: "customer",
      entityId: id,
      after: fields,
    });
    return ok({ customerId: id });
  });
}

/** Replaces what is known of a customer. Orders show the new name and are found by it (a trigger sees to that). */
export async function updateCustomer(world: World, actor: Actor, id: CustomerId, input: CustomerInput): Promise<Saved> {
  return transact<{ customerId: CustomerId }, Refusal>(world.db, async (tx) => {
    const row = await lockCustomer(tx, id);
    if (!row) return refuse(notFound("customer"));
    const after = fieldsOf({
      ...input,
      language: input.language ?? row.language,
      zone: input.zone === undefined ? row.zone : input.zone,
    });
    await saveCustomer(tx, id, after);
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

const fieldsOf = (
  from: Omit<CustomerInput, "note" | "language"> & { note?: string | null; language: "en" | "uk" },
) => ({
  name: from.name,
  email: from.email ?? null,
  phone: from.phone ?? null,
  language: from.language,
  zone: from.zone ?? null,
  taxId: from.taxId ?? null,
  note: from.note ?? null,
});
