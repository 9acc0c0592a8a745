import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CannotDecrypt, fingerprint, isSealedWithOurKey, seal, unseal } from "./crypto.ts";

const KEY = randomBytes(32);
const HERE = "payment_services|token|svc_one|2026-11-20T10:00:00.000Z";
const ELSEWHERE = "payment_services|token|svc_two|2026-11-20T10:00:00.000Z";

test("what was sealed opens in its own place, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (plain) => {
      expect(unseal(seal(plain, HERE, KEY), HERE, KEY)).toBe(plain);
    }),
  );
});

test("the same secret never looks the same twice, and never shows in what is stored", () => {
  const [first, second] = [seal("live-token-1902", HERE, KEY), seal("live-token-1902", HERE, KEY)];
  expect(first).not.toBe(second);
  expect(first).not.toContain("live-token");
});

test("a secret that was moved to another row, field or version does not open", () => {
  const mine = seal("mine", HERE, KEY);
  const theirs = seal("theirs", ELSEWHERE, KEY);
  expect(() => unseal(theirs, HERE, KEY)).toThrow(CannotDecrypt);
  expect(() => unseal(mine, ELSEWHERE, KEY)).toThrow(CannotDecrypt);
  expect(() => unseal(mine, HERE.replace("|token|", "|privateKey|"), KEY)).toThrow(CannotDecrypt);
  expect(() => unseal(mine, HERE.replace("10:00:00", "10:00:01"), KEY)).toThrow(CannotDecrypt);
});

test("halves of two sealed secrets do not make a third", () => {
  const [format, kek, wrapped] = seal("mine", HERE, KEY).split(".");
  const [, , , value] = seal("theirs", HERE, KEY).split(".");
  expect(() => unseal([format, kek, wrapped, value].join("."), HERE, KEY)).toThrow(CannotDecrypt);
});

test("another key says that it is another key", () => {
  const sealed = seal("mine", HERE, KEY);
  const fault = caught(() => unseal(sealed, HERE, randomBytes(32)));
  expect(fault).toBeInstanceOf(CannotDecrypt);
  expect((fault as CannotDecrypt).reason).toBe("other_key");
});

test("which key sealed it is known without opening it", () => {
  const sealed = seal("mine", HERE, KEY);
  expect(isSealedWithOurKey(sealed, KEY)).toBe(true);
  expect(isSealedWithOurKey(sealed, randomBytes(32))).toBe(false);
  expect(isSealedWithOurKey("v1.broken", KEY)).toBe(false);
});

test("any character that changes, and any end that is cut off, is noticed", () => {
  const sealed = seal("mine", HERE, KEY);
  for (let at = 0; at < sealed.length; at++) {
    // The last character of a base64url part may carry bits that decode to nothing.
    if (sealed[at] === "." || sealed[at + 1] === "." || at === sealed.length - 1) continue;
    const other = sealed[at] === "A" ? "B" : "A";
    expect(() => unseal(sealed.slice(0, at) + other + sealed.slice(at + 1), HERE, KEY)).toThrow(CannotDecrypt);
  }
  for (const cut of ["", "v1", sealed.slice(0, 30), sealed.slice(0, -4), `${sealed}.x`])
    expect(() => unseal(cut, HERE, KEY)).toThrow(CannotDecrypt);
});

test("a fingerprint tells secrets apart, depends on the key and is not a plain hash", () => {
  expect(fingerprint("a", KEY)).toBe(fingerprint("a", KEY));
  expect(fingerprint("a", KEY)).not.toBe(fingerprint("b", KEY));
  expect(fingerprint("a", KEY)).not.toBe(fingerprint("a", randomBytes(32)));
  expect(fingerprint("a", KEY)).toMatch(/^[0-9a-f]{24}$/);
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (fault) {
    return fault;
  }
  return null;
}
