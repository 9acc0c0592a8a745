export const ROLES = ["sales", "finance", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  "order:read",
  "order:write",
  "order:release",
  "order:reopen",
  "order:cancel",
  "customer:read",
  "customer:write",
  "item:read",
  "item:write",
  "payment:read",
  "payment:sync",
  "payment:cancel",
  "payment:delete",
  "payment:edit",
  "payment:finalize",
  "payment:release_hold",
  "payment:refund",
  "link:share",
  "link:replace",
  "shipment:create",
  "invoice:create",
  "waiver:request",
  "waiver:approve",
  "offline:record",
  "review:read",
  "review:resolve",
  "reconciliation:read",
  "reconciliation:write",
  "service:read",
  "service:write",
  "job:read",
  "job:run",
  "user:read",
  "user:write",
  "token:write",
  "webhook:write",
  "company:write",
  "message_settings:read",
  "message_settings:write",
  "audit:read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const READS = [
  "order:read",
  "customer:read",
  "item:read",
  "payment:read",
  "service:read",
  "review:read",
] as const satisfies Permission[];

/** The one table of rights. The server asks it; screens ask it only to say in advance what the server would answer. */
const RIGHTS: Record<Role, ReadonlySet<Permission>> = {
  sales: new Set<Permission>([
    ...READS,
    "order:write",
    "order:release",
    "order:reopen",
    "order:cancel",
    "customer:write",
    "link:share",
    "link:replace",
    "payment:sync",
    "payment:cancel",
    "payment:edit",
    "shipment:create",
    "waiver:request",
  ]),
  finance: new Set<Permission>([
    ...READS,
    "payment:sync",
    "payment:cancel",
    "payment:delete",
    "payment:edit",
    "payment:finalize",
    "payment:release_hold",
    "payment:refund",
    "invoice:create",
    "waiver:request",
    "waiver:approve",
    "offline:record",
    "review:resolve",
    "reconciliation:read",
    "reconciliation:write",
  ]),
  admin: new Set<Permission>(PERMISSIONS),
};

export const may = (role: Role, permission: Permission): boolean => RIGHTS[role].has(permission);

/** The role to name when somebody may not: the first that may, admin last. */
export function roleThatMay(permission: Permission): Role {
  return ROLES.find((role) => RIGHTS[role].has(permission)) ?? "admin";
}
