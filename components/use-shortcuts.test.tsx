import { expect, test } from "vitest";
import { ariaKeys, keysOf, keysText } from "./use-shortcuts";

const press = (key: string, code: string, held: Partial<Parameters<typeof keysOf>[0]> = {}) =>
  keysOf({ key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test("letters are read by what they type, and by their place where they are not Latin", () => {
  expect(press("u", "KeyU")).toBe("u");
  expect(press("г", "KeyU")).toBe("u");
  expect(press("і", "KeyS")).toBe("s");
  expect(press("Д", "KeyL", { shiftKey: true })).toBe("shift+l");
  expect(press("л", "KeyK", { ctrlKey: true })).toBe("ctrl+k");
  // A Dvorak typist's C is where others have I: what it types counts.
  expect(press("c", "KeyI")).toBe("c");
});

test("the question mark works under both layouts", () => {
  expect(press("?", "Slash", { shiftKey: true })).toBe("?");
  expect(press(",", "Slash", { shiftKey: true })).toBe("?");
  expect(press(".", "Slash")).toBe("/");
  expect(press(".", "Period")).toBe(".");
});

test("named keys, ⌘ for Ctrl, and keys that say nothing by themselves", () => {
  expect(press("Enter", "Enter", { metaKey: true })).toBe("ctrl+enter");
  expect(press("F2", "F2", { altKey: true })).toBe("alt+f2");
  expect(press("Shift", "ShiftLeft", { shiftKey: true })).toBeNull();
  expect(press("₴", "IntlHash")).toBeNull();
});

test("keys are written for people and for screen readers", () => {
  expect(["ctrl+enter", "shift+l", "g o", "f9"].map(keysText)).toEqual(["Ctrl ↵", "⇧L", "G O", "F9"]);
  expect(["ctrl+k", "shift+l", "g o", "f9", "?"].map(ariaKeys)).toEqual(["Control+K", "Shift+L", undefined, "F9", "?"]);
});
