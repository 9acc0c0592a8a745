import { describe, expect, test } from "vitest";
import { needsSecondPerson, offlineBlocker, offlineState } from "./offline.ts";
import type { Role } from "./roles.ts";
import { type WaiverFacts, waiverBlocker, waiverState } from "./waiver.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const at = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
const waiver = (change: Partial<WaiverFacts> = {}): WaiverFacts => ({
  endsAt: at(1),
  requestedBy: "asker",
  requestedAt: at(-1),
  approvedAt: null,
  revokedAt: null,
  ...change,
});

describe("a waiver", () => {
  test.each([
    ["asked", waiver()],
    ["live", waiver({ approvedAt: at(-0.5) })],
    ["over", waiver({ approvedAt: at(-0.5), endsAt: NOW })],
    ["over", waiver({ endsAt: at(-0.1) })],
    ["over", waiver({ approvedAt: at(-0.5), revokedAt: at(-0.1) })],
  ] as const)("is %s", (state, facts) => {
    expect(waiverState(facts, NOW)).toBe(state);
  });

  const why = (action: "approve" | "revoke", id: string, role: Role, salesperson: string | null = "seller") =>
    waiverBlocker(action, waiver(), salesperson, { id, role }, NOW)?.code ?? null;

  test("is approved by Finance or an admin who neither asked nor sells the order", () => {
    expect(why("approve", "boss", "finance")).toBeNull();
    expect(why("approve", "boss", "admin")).toBeNull();
    expect(why("approve", "asker", "finance")).toBe("FOUR_EYES");
    expect(why("approve", "seller", "admin")).toBe("FOUR_EYES");
    expect(why("approve", "boss", "sales")).toBe("NOT_PERMITTED");
  });

  test("is taken back by who asked, whatever they are, and by who may approve", () => {
    expect(why("revoke", "asker", "sales")).toBeNull();
    expect(why("revoke", "seller", "finance")).toBeNull();
    expect(why("revoke", "colleague", "sales")).toBe("NOT_PERMITTED");
  });

  test("that is over is decided no more", () => {
    const over = waiver({ endsAt: at(-1) });
    for (const action of ["approve", "revoke"] as const)
      expect(waiverBlocker(action, over, null, { id: "boss", role: "admin" }, NOW)?.code).toBe("WAIVER_OVER");
  });
});

describe("recorded money", () => {
  test("wants a second person above the limit, at no limit always", () => {
    expect(needsSecondPerson(5_000_000n, 5_000_000n)).toBe(false);
    expect(needsSecondPerson(5_000_001n, 5_000_000n)).toBe(true);
    expect(needsSecondPerson(1n, 0n)).toBe(true);
    expect(needsSecondPerson(1n, null)).toBe(true);
  });

  const waiting = { recordedBy: "olena", paymentId: null, refusedAt: null };
  const why = (action: "approve" | "refuse", id: string, role: Role, receipt = waiting) =>
    offlineBlocker(action, receipt, "seller", { id, role })?.code ?? null;

  test("is approved by another one who may record, and refused by either", () => {
    expect(why("approve", "marta", "finance")).toBeNull();
    expect(why("approve", "olena", "finance")).toBe("FOUR_EYES");
    expect(why("approve", "seller", "admin")).toBe("FOUR_EYES");
    expect(why("approve", "ihor", "sales")).toBe("NOT_PERMITTED");
    expect(why("refuse", "olena", "finance")).toBeNull();
    expect(why("refuse", "ihor", "sales")).toBe("NOT_PERMITTED");
  });

  test("that counts or was refused is decided no more", () => {
    expect(offlineState(waiting)).toBe("waiting");
    expect(offlineState({ paymentId: "pay_1", refusedAt: null })).toBe("counted");
    expect(offlineState({ paymentId: null, refusedAt: NOW })).toBe("refused");
    const counted = { ...waiting, paymentId: "pay_1" as never };
    expect(why("approve", "marta", "finance", counted)).toBe("ALREADY_DECIDED");
    expect(why("refuse", "marta", "finance", { ...waiting, refusedAt: NOW as never })).toBe("ALREADY_DECIDED");
  });
});
