import { queueMessages } from "#db/queries/messages";
import { answerPasswordReset, claimPasswordReset } from "#db/queries/password-resets";
import { transact } from "#db/transact";
import { RESET_LASTS_MS } from "#lib/contracts/me";
import { ok } from "#lib/domain/result";
import { env } from "#lib/env";
import { emptyStory, tellStory } from "./story.ts";
import type { World } from "./world.ts";

const POSTMAN = { kind: "holdpoint", id: "holdpoint", name: "Holdpoint", requestId: null } as const;
const AT_MOST = 50;

/**
 * Looks up who asked for a new password and mails them a link; an e-mail that is nobody's hears nothing. It is done here,
 * after the answer was given, so that the answer cannot depend on it. Any instance may do it at any time.
 */
export async function answerPasswordResets(world: World): Promise<void> {
  for (let taken = 0; taken < AT_MOST; taken++) {
    const result = await transact<boolean, never>(world.db, async (tx) => {
      const wish = await claimPasswordReset(tx);
      if (!wish) return ok(false);
      const { id, user, createdAt } = wish;
      const now = world.now();
      const inTime = now.getTime() - createdAt.getTime() < RESET_LASTS_MS && env().smtpUrl !== undefined;
      await answerPasswordReset(tx, id, { userId: user?.id ?? null, at: now });
      if (!user || !inTime) return ok(true);
      await queueMessages(tx, {
        kind: "staff_notice",
        orderId: null,
        userId: user.id,
        to: user.email,
        language: user.language,
        params: { notice: "password_reset", reset: id },
        dedupeKey: `password_reset:${id}`,
      });
      const story = emptyStory();
      story.audits.push({ actor: POSTMAN, action: "user.password_link_mailed", entity: "user", entityId: user.id });
      await tellStory(tx, story);
      return ok(true);
    });
    if (!result.ok || !result.value) return;
  }
}
