import { z } from "zod";
import { AUDIT_ACTORS, AUDIT_ENTITIES } from "#lib/domain/audit";
import { calendarDate, id, instant, moneyOutput, pageOf, pageQuery } from "./shared.ts";

const filters = {
  /** A person, or a kind of actor: `task`, `webhook`… */
  who: z.union([z.enum(AUDIT_ACTORS), id("usr")]).optional(),
  entity: z.enum(AUDIT_ENTITIES).optional(),
  /** One record by its id, or an order by its number with everything that belongs to it. */
  about: z
    .string()
    .max(64)
    .regex(/^[\w-]*$/, { error: "invalid" })
    .optional(),
  /** Days in the company's zone, both included. */
  from: calendarDate.optional(),
  to: calendarDate.optional(),
};
export const auditListQuery = z.strictObject({ ...pageQuery, ...filters });
export type AuditListQuery = z.infer<typeof auditListQuery>;
export const auditExportQuery = z.strictObject(filters);
export type AuditExportQuery = z.infer<typeof auditExportQuery>;

const value = z.union([moneyOutput, z.string(), z.number(), z.boolean(), z.null()]);

export const auditRow = z.object({
  seq: z.string(),
  chain: z.int(),
  at: instant,
  actorKind: z.enum(AUDIT_ACTORS),
  actorId: z.string(),
  actorName: z.string(),
  action: z.string(),
  entity: z.string(),
  entityId: z.string(),
  /** What the record is called; null where it has no name any more. */
  entityName: z.string().nullable(),
  /** The order it belongs to. */
  orderId: z.string().nullable(),
  requestId: z.string().nullable(),
  reason: z.string().nullable(),
  /** What differs, field by field; left out on the side where there was nothing. */
  changes: z.array(z.object({ field: z.string(), before: value.optional(), after: value.optional() })),
  hash: z.string(),
});
export type AuditRowView = z.infer<typeof auditRow>;
export const auditListPage = pageOf(auditRow);
export type AuditListPage = z.infer<typeof auditListPage>;

export const auditVerdict = z.object({
  rows: z.int(),
  chains: z.int(),
  broken: z
    .object({
      seq: z.string(),
      chain: z.int(),
      at: instant,
      actorName: z.string(),
      action: z.string(),
      entityId: z.string(),
    })
    .nullable(),
  head: z.string(),
  verifiedAt: instant,
});
export type AuditVerdictView = z.infer<typeof auditVerdict>;
