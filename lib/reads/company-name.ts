import "server-only";
import { database } from "#db/client";
import { companyRow } from "#db/queries/company";
import { log } from "#lib/log";

const KNOWN_FOR_MS = 60_000;
let known: { name: string | null; until: number } | null = null;

/**
 * Whose Holdpoint this is, for the frame and the sign-in page. Kept for a minute, because every page shows it; null while the
 * database is away, because the sign-in page must still show.
 */
export async function companyName(): Promise<string | null> {
  const now = Date.now();
  if (known && known.until > now) return known.name;
  try {
    const company = await companyRow(database());
    known = { name: company?.name ?? null, until: now + KNOWN_FOR_MS };
    return known.name;
  } catch (error) {
    log.warn("company.unread", { error });
    return known?.name ?? null;
  }
}
