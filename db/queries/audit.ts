import type { AUDIT_ENTITIES } from "#lib/domain/audit";
import type { Tx } from "../client.ts";
import { preparedInsert } from "../prepared.ts";
import { auditLog } from "../schema/records.ts";

/** Who did it, as written down. */
export type AuditActor = {
  kind: (typeof auditLog.$inferInsert)["actorKind"];
  id: string;
  name: string;
  requestId: string | null;
};

export type AuditEntry = {
  actor: AuditActor;
  action: string;
  entity: (typeof AUDIT_ENTITIES)[number];
  entityId: string;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  reason?: string | null;
};

const insertAudit = preparedInsert(
  auditLog,
  [
    "seq",
    "at",
    "prevHash",
    "hash",
    "actorKind",
    "actorId",
    "actorName",
    "requestId",
    "action",
    "entity",
    "entityId",
    "body",
  ],
  (insert) => insert,
);

/**
 * Adds rows to the audit log, in the transaction of the change they tell of: where the row cannot be written, the change
 * does not happen. The chain's lock is held until that transaction ends, so call it last.
 */
export async function writeAudit(tx: Tx, ...entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await insertAudit(
    tx,
    entries.map(({ actor, action, entity, entityId, before, after, reason }) => ({
      // Sequence, time and hashes are the trigger's.
      seq: 0n,
      at: new Date(0),
      prevHash: "",
      hash: "",
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      requestId: actor.requestId,
      action,
      entity,
      entityId,
      body: canonicalJson({ before: before ?? null, after: after ?? null, reason: reason ?? null }),
    })),
  );
}

/** JSON text with sorted keys; amounts (bigint) as decimal text, times as ISO 8601. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "bigint") return inner.toString();
    if (inner && typeof inner === "object" && !Array.isArray(inner))
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    return inner;
  });
}
