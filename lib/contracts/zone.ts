import { z } from "zod";

/** A time zone that this server's clock knows: `Europe/Kyiv`. */
export const zone = z
  .string()
  .max(60)
  .refine((name) => /^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/.test(name) && isZone(name), { error: "unknown_zone" });

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Zones by their names of today, the present one among them even where this system calls it otherwise. */
export const zonesToChoose = (present: string): string[] =>
  [
    ...new Set([
      ...Intl.supportedValuesOf("timeZone").map((name) => (name === "Europe/Kiev" ? "Europe/Kyiv" : name)),
      present,
    ]),
  ].sort();
