import { expect, test } from "vitest";
import { type MoneyFacts, NO_FACTS } from "./payment.ts";
import { saysMore, statementWindows } from "./statement.ts";

const DAY = 86_400_000;
const now = new Date("2026-11-20T12:00:00Z");
const ago = (days: number) => new Date(now.getTime() - days * DAY);

test("the first reading goes back a month and no further than the service is old; each part is at most two days", () => {
  const whole = statementWindows(null, ago(400), now);
  expect(whole[0]?.from).toEqual(ago(30));
  expect(whole.at(-1)?.to).toEqual(now);
  for (const [at, { from, to, readTo }] of whole.entries()) {
    expect(to.getTime() - from.getTime()).toBeLessThanOrEqual(2 * DAY);
    if (at > 0) expect(from).toEqual(whole[at - 1]?.to);
    expect(readTo).toEqual(to);
  }
  expect(statementWindows(null, ago(0.5), now)).toHaveLength(1);
});

test("after that the last day again, and one older day: every day of the month has its turn within ten hours", () => {
  const seen = new Set<number>();
  for (let run = 0; run < 29; run++) {
    const at = new Date(now.getTime() + run * 20 * 60_000);
    const windows = statementWindows(at, ago(400), at);
    expect(windows).toHaveLength(2);
    const [fresh, old] = windows;
    expect(fresh).toMatchObject({ from: new Date(at.getTime() - DAY), to: at, readTo: at });
    // An older day never moves the mark up to which all is read.
    expect(old?.readTo).toBeNull();
    seen.add(Math.round((at.getTime() - (old?.to.getTime() ?? 0)) / DAY));
  }
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 29 }, (_, day) => day + 1));
});

const facts = (some: Partial<MoneyFacts>): MoneyFacts => ({ ...NO_FACTS, progress: "processing", ...some });
const line = { providerPaymentId: "inv", money: "taken", amountMinor: 500n, backMinor: 0n } as const;
const ours = (some: Partial<MoneyFacts>) => ({ providerPaymentId: "inv", facts: facts(some) });

test.each([
  ["taken there and here", line, ours({ capturedMinor: 500n })],
  ["held there and here", { ...line, money: "held" as const }, ours({ heldMinor: 500n })],
  ["given back there and here", { ...line, backMinor: 200n }, ours({ capturedMinor: 500n, refundedMinor: 200n })],
  [
    "named by what is left",
    { ...line, amountMinor: 300n, backMinor: 200n },
    ours({ capturedMinor: 500n, refundedMinor: 200n }),
  ],
  ["a part of a hold taken", line, ours({ heldMinor: 800n, capturedMinor: 500n })],
  [
    "the rest of that hold listed as given back",
    { ...line, backMinor: 300n },
    ours({ heldMinor: 800n, capturedMinor: 500n }),
  ],
  ["a hold that was let go", { ...line, backMinor: 500n }, ours({ heldMinor: 500n, holdReleased: true })],
  [
    "a hold that ran out, listed with nothing",
    { ...line, amountMinor: 0n },
    ours({ heldMinor: 500n, holdReleased: true }),
  ],
  ["declined there", { ...line, money: "none" as const }, ours({})],
])("our books agree: %s", (_what, told, known) => {
  expect(saysMore(told, known)).toBe(false);
});

test.each([
  ["taken there, nothing here", line, ours({})],
  ["held there, nothing here", { ...line, money: "held" as const }, ours({})],
  ["more given back there", { ...line, backMinor: 200n }, ours({ capturedMinor: 500n })],
  [
    "all given back there, a part here",
    { ...line, backMinor: 500n },
    ours({ capturedMinor: 500n, refundedMinor: 200n }),
  ],
  ["let go there, held here", { ...line, backMinor: 500n }, ours({ heldMinor: 500n })],
  ["another amount", { ...line, amountMinor: 499n }, ours({ capturedMinor: 500n })],
  ["another invoice of the same attempt", { ...line, providerPaymentId: "two" }, ours({ capturedMinor: 500n })],
  ["a word that we do not know", { ...line, money: "unknown" as const }, ours({ capturedMinor: 500n })],
])("the bank is asked: %s", (_what, told, known) => {
  expect(saysMore(told, known)).toBe(true);
});
