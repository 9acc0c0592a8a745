import fc from "fast-check";
import { expect, test } from "vitest";
import { isId, makeId } from "./ids.ts";

const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
const time = fc.integer({ min: 0, max: 2 ** 48 });

test("an id says what it names, is understood, and fits where a provider allows 64 characters", () => {
  fc.assert(
    fc.property(time, bytes, (now, random) => {
      const id = makeId("pay", now, random);
      expect(isId("pay", id)).toBe(true);
      expect(isId("ord", id)).toBe(false);
      expect(id).toMatch(/^pay_[0-9a-z]{26}$/);
      expect(id.length).toBeLessThanOrEqual(64);
    }),
  );
});

test("ids sort by birth, so locks can be taken in their order", () => {
  fc.assert(
    fc.property(time, time, bytes, bytes, (a, b, one, other) => {
      fc.pre(a < b);
      expect(makeId("ord", a, one) < makeId("ord", b, other)).toBe(true);
    }),
  );
});

test("every bit that counts of the randomness shows", () => {
  const one = makeId("pay", 0, new Uint8Array(16));
  for (let i = 0; i < 16; i++)
    for (let bit = 0; bit < 5; bit++) {
      const random = new Uint8Array(16);
      random[i] = 1 << bit;
      expect(makeId("pay", 0, random)).not.toBe(one);
    }
});

test.each([
  "",
  "pay_",
  "pay_0",
  "PAY_00000000000000000000000000",
  `pay_${"0".repeat(25)}l`,
  `pay_${"0".repeat(25)}U`,
  `pay_${"0".repeat(27)}`,
  ` pay_${"0".repeat(26)}`,
  `pay_${"0".repeat(26)}\n`,
  null,
  7,
  {},
])("%j is no payment's id", (text) => {
  expect(isId("pay", text)).toBe(false);
});
