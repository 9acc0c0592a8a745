/** What a row of the audit log may be about. */
export const AUDIT_ENTITIES = [
  "order",
  "payment",
  "review",
  "shipment",
  "invoice",
  "customer",
  "item",
  "payment_service",
  "user",
  "company",
] as const;
export const AUDIT_ACTORS = ["user", "token", "webhook", "task", "customer", "holdpoint"] as const;

/** One field as it was and as it became; undefined where there was none. */
export type AuditChange = { field: string; before: AuditValue | undefined; after: AuditValue | undefined };
export type AuditValue = string | number | boolean | null;

const MOST_CHANGES = 200;

/**
 * What changed, field by field: fields that are the same on both sides are left out, nested ones get the way to them as
 * their name. Nothing before, or nothing after: all there is.
 */
export function auditChanges(before: unknown, after: unknown): AuditChange[] {
  const [was, is] = [leaves(before), leaves(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((field) => !was.has(field) || !is.has(field) || was.get(field) !== is.get(field))
    .slice(0, MOST_CHANGES)
    .map((field) => ({ field, before: was.get(field), after: is.get(field) }));
}

/** Way to the leaf → its value. A list stays one value: its items have no names. */
function leaves(value: unknown, path = "", into = new Map<string, AuditValue>()): Map<string, AuditValue> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value)) leaves(inner, path ? `${path}.${key}` : key, into);
  else if (path) into.set(path, typeof value === "object" && value !== null ? JSON.stringify(value) : scalar(value));
  return into;
}

const scalar = (value: unknown): AuditValue =>
  value === undefined || value === null
    ? null
    : typeof value === "number" || typeof value === "boolean"
      ? value
      : String(value);

/** Fields that hold money in minor units. */
export const isAuditMoney = (field: string): boolean =>
  /Minor$/.test(field) || /^(held|captured|refunded|secured|required|amount|total|missing)$/.test(field);
