import { describe, expect, test } from "vitest";
import { may, PERMISSIONS, type Permission, ROLES, roleThatMay } from "./roles.ts";

/** Read aloud once and kept: who may do what that moves money or goods. */
const TABLE: [Permission, sales: boolean, finance: boolean][] = [
  ["order:write", true, false],
  ["order:release", true, false],
  ["order:reopen", true, false],
  ["order:cancel", true, false],
  ["link:share", true, false],
  ["link:replace", true, false],
  ["payment:sync", true, true],
  ["payment:cancel", true, true],
  ["payment:delete", false, true],
  ["payment:finalize", false, true],
  ["payment:release_hold", false, true],
  ["payment:refund", false, true],
  ["shipment:create", true, false],
  ["invoice:create", false, true],
  ["waiver:request", true, true],
  ["waiver:approve", false, true],
  ["offline:record", false, true],
  ["review:read", true, true],
  ["review:resolve", false, true],
  ["reconciliation:write", false, true],
  ["service:write", false, false],
  ["user:write", false, false],
  ["token:write", false, false],
  ["audit:read", false, false],
];

describe("rights", () => {
  test.each(TABLE)("%s: sales %s, finance %s, admin true", (permission, sales, finance) => {
    expect(ROLES.map((role) => may(role, permission))).toEqual([sales, finance, true]);
  });

  test("who ships does not refund, and who refunds does not ship, except the admin", () => {
    for (const role of ROLES)
      if (may(role, "payment:refund") && may(role, "shipment:create")) expect(role).toBe("admin");
  });

  test("the role named for help may do it, and is the humblest that may", () => {
    for (const permission of PERMISSIONS) {
      const named = roleThatMay(permission);
      expect(may(named, permission)).toBe(true);
      for (const role of ROLES.slice(0, ROLES.indexOf(named))) expect(may(role, permission)).toBe(false);
    }
  });

  test("nobody may what does not exist", () => {
    for (const role of ROLES) expect(may(role, "everything" as Permission)).toBe(false);
  });
});
