/**
 * Where a page of a list ended: the sort it belongs to, the part of the list, the last row's key and id. Opaque outside,
 * and good for this list and sort only.
 */
export type Cursor = { sort: string; part: number; key: string; id: string };

/** A cursor that this list never gave out: bad input of the caller. */
export class BadCursor extends Error {
  override name = "BadCursor";
}

export const writeCursor = ({ sort, part, key, id }: Cursor): string =>
  Buffer.from(JSON.stringify([sort, part, key, id])).toString("base64url");

/** @throws BadCursor for text that is not a cursor of this sort */
export function readCursor(text: string | undefined, sort: string, isKey: (key: string) => boolean): Cursor | null {
  if (text === undefined) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    throw new BadCursor("not a cursor");
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw new BadCursor("not a cursor");
  const [itsSort, part, key, id] = parts as unknown[];
  if (itsSort !== sort || (part !== 0 && part !== 1) || typeof key !== "string" || typeof id !== "string")
    throw new BadCursor("a cursor of another list");
  if (!isKey(key) || id.length > 64) throw new BadCursor("not a cursor");
  return { sort, part, key, id };
}

export const isInstantKey = (key: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(key);
export const isAmountKey = (key: string): boolean => /^\d{1,15}$/.test(key);
export const isTextKey = (key: string): boolean => key.length <= 500 && !key.includes("\u0000");
