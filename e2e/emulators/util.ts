// Small helpers both providers need.
import { randomInt } from "node:crypto";

export function parseArgs(argv: string[]): Map<string, string> {
  const out = new Map<string, string>();
  for (let i = 0; i < argv.length; i++) {
    const name = /^--([a-z-]+)(?:=(.*))?$/.exec(argv[i] ?? "");
    if (!name?.[1]) throw new Error(`unexpected argument: ${argv[i]}`);
    const next = argv[i + 1];
    if (name[2] !== undefined) out.set(name[1], name[2]);
    else if (next !== undefined && !next.startsWith("--")) {
      out.set(name[1], next);
      i++;
    } else out.set(name[1], "");
  }
  return out;
}

export function randomText(
  length: number,
  alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789",
): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

export function digits(length: number): string {
  return randomText(length, "0123456789");
}

export function luhn(card: string): boolean {
  const clean = card.replace(/[\s-]/g, "");
  if (!/^\d{12,19}$/.test(clean)) return false;
  let sum = 0;
  for (let i = 0; i < clean.length; i++) {
    let digit = Number(clean[clean.length - 1 - i]);
    if (i % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}
