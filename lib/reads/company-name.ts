import "server-only";
import { database } from "#db/client";
import { companyRow } from "#db/queries/company";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { log } from "#lib/log";

/** Every page shows them, so they are asked for this often at most; a change is everywhere after as long. */
const KNOWN_FOR_MS = 10_000;

type Face = { name: string | null; zone: string };
const nobody: Face = { name: null, zone: COMPANY_ZONE };
let known: { face: Face; until: number } | null = null;
let asking: Promise<Face> | null = null;

/** What was read last stays while the database is away: the sign-in page must still show. */
async function face(): Promise<Face> {
  if (known && known.until > performance.now()) return known.face;
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(): Promise<Face> {
  let read = known?.face ?? nobody;
  try {
    const company = await companyRow(database());
    read = company ? { name: company.name, zone: company.zone } : nobody;
  } catch (error) {
    log.warn("company.unread", { error });
  }
  known = { face: read, until: performance.now() + KNOWN_FOR_MS };
  return read;
}

/** Whose Holdpoint this is, for the frame and the sign-in page. */
export const companyName = async (): Promise<string | null> => (await face()).name;

/** Where the company works: every deadline and day is told by its clock. */
export const companyZone = async (): Promise<string> => (await face()).zone;

/** The same where nobody can wait: as it was known last. */
export function lastKnownZone(): string {
  void face();
  return known?.face.zone ?? COMPANY_ZONE;
}
