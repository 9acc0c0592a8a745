/**
 * Idempotency keys of wishes that have been sent and not yet answered. Kept in sessionStorage, because the usual answer to a
 * page that hangs is to reload it and press again: that must be the same wish.
 */
const STORE = "hp.unsettled";
/** After this long the same words are a new wish: the person has seen in the meantime what became of the old one. */
const FORGET_AFTER_MS = 10 * 60_000;

type Kept = Record<string, { key: string; at: number }>;

let inMemory: Kept = {};

function read(now: number): Kept {
  let kept = inMemory;
  try {
    kept = JSON.parse(sessionStorage.getItem(STORE) ?? "{}") as Kept;
  } catch {
    // No storage, or something else wrote there: what this page remembers is all there is.
  }
  return Object.fromEntries(Object.entries(kept).filter(([, { at }]) => now - at < FORGET_AFTER_MS));
}

function write(kept: Kept): void {
  inMemory = kept;
  try {
    sessionStorage.setItem(STORE, JSON.stringify(kept));
  } catch {
    // Storage full or switched off: the keys live as long as the page.
  }
}

/** `crypto.randomUUID` exists only on https and localhost; a trial on a plain http address still needs keys. */
function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

export const unsettledKeys = {
  /** The same wish was sent before, and nobody knows what became of it. */
  isOpen: (wish: string): boolean => wish in read(Date.now()),
  /** The key under which this wish waits for its answer, or a new one. */
  keyOf(wish: string): string {
    const now = Date.now();
    const kept = read(now);
    const key = kept[wish]?.key ?? newKey();
    write({ ...kept, [wish]: { key, at: now } });
    return key;
  },
  /** The server has said yes or no. */
  settle(wish: string): void {
    const { [wish]: _answered, ...rest } = read(Date.now());
    write(rest);
  },
};
