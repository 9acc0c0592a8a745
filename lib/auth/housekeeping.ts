import "server-only";
import type { Database } from "#db/client";
import { forgetOldPasswordResets } from "#db/queries/password-resets";
import { forgetOldLimits } from "#db/queries/rate-limits";
import { forgetOldSignIns } from "#db/queries/sign-ins";
import { log } from "#lib/log";

const SIGN_INS_KEPT_MS = 30 * 24 * 60 * 60_000;
const RESETS_KEPT_MS = 24 * 60 * 60_000;

/** Sign-ins that ended a month ago and counters whose time is over. Nothing waits for it; a fault is tried again next time. */
export async function forgetOld(db: Database, now: Date): Promise<void> {
  try {
    await forgetOldSignIns(db, new Date(now.getTime() - SIGN_INS_KEPT_MS));
    await forgetOldLimits(db, now);
    await forgetOldPasswordResets(db, new Date(now.getTime() - RESETS_KEPT_MS));
  } catch (error) {
    log.warn("housekeeping.failed", { error });
  }
}
