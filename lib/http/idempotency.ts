import "server-only";
import { createHash } from "node:crypto";
import type { Database } from "#db/client";
import { claimKey, keepAnswer, releaseKey, type StoredAnswer } from "#db/queries/idempotency-keys";
import type { Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { log } from "#lib/log";

/** A run that is silent for this long has died with its process. */
const STALE_AFTER_MS = 90_000;

export const isIdempotencyKey = (key: string): boolean => /^[\x21-\x7e]{8,128}$/.test(key);

/** One wish of one person: who, their key, a digest of everything that was asked, and the request that brings it. */
export type Wish = { userId: string; key: string; requestHash: string; requestId: string | null };

export function wishOf(
  userId: string,
  key: string,
  method: string,
  url: URL,
  body: Uint8Array,
  requestId: string | null = null,
): Wish {
  const asked = `${method} ${url.pathname}${url.search}\n`;
  return { userId, key, requestHash: createHash("sha256").update(asked).update(body).digest("hex"), requestId };
}

/**
 * Runs a wish once, however often and at however many places it is sent at the same time. Repeats get the first answer byte
 * for byte; a run that died is taken up again only where it had not yet written anything. A fault, an answer of 500 and above or "too many tries" is no answer: the key is let go, and the same wish may be
 * sent again.
 */
export async function once(
  db: Database,
  wish: Wish,
  now: () => Date,
  run: () => Promise<StoredAnswer>,
): Promise<Result<StoredAnswer & { replayed: boolean }, Refusal>> {
  const started = now();
  const claim = await claimKey(db, wish, started, new Date(started.getTime() - STALE_AFTER_MS));
  if (claim.is === "mismatch") return refuse({ kind: "idempotency_mismatch" });
  if (claim.is === "running") return refuse({ kind: "in_progress" });
  if (claim.is === "begun") return refuse({ kind: "begun_before" });
  if (claim.is === "answered") return ok({ ...claim.answer, replayed: true });

  const settle = (work: Promise<void>) =>
    // The wish itself is done or not; a note about it that fails must not turn a yes into a no.
    work.catch((error) => log.error("idempotency.note_failed", { error, userId: wish.userId }));
  let answer: StoredAnswer;
  try {
    answer = await run();
  } catch (fault) {
    await settle(releaseKey(db, wish, claim.lockedAt));
    throw fault;
  }
  await settle(
    answer.status >= 500 || answer.status === 429
      ? releaseKey(db, wish, claim.lockedAt)
      : keepAnswer(db, wish, claim.lockedAt, answer),
  );
  return ok({ ...answer, replayed: false });
}
