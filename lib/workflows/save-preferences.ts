import { lockPreferences, savePreferences } from "#db/queries/preferences";
import { transact } from "#db/transact";
import type { PreferencesInput } from "#lib/contracts/notices";
import type { UserId } from "#lib/domain/ids";
import { noticePreferences } from "#lib/domain/notice";
import { ok } from "#lib/domain/result";
import type { World } from "./world.ts";

/** A person says what they want to hear of, and how. What they leave out stays as it is. */
export const saveNoticePreferences = (world: World, userId: UserId, input: PreferencesInput) =>
  transact<null, never>(world.db, async (tx) => {
    const before = await lockPreferences(tx, userId);
    await savePreferences(tx, userId, { ...before, notices: { ...noticePreferences(before), ...input.notices } });
    return ok(null);
  });
