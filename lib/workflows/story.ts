import type { Tx } from "#db/client";
import { type AuditActor, type AuditEntry, writeAudit } from "#db/queries/audit";
import { type TimelineFact, tell } from "#db/queries/timeline";
import type { Actor } from "./world.ts";

/** What a transaction has to say about itself: sentences for the order's timeline and rows for the audit log. */
export type Story = { timeline: TimelineFact[]; audits: AuditEntry[] };

export const emptyStory = (): Story => ({ timeline: [], audits: [] });

/** Writes the story; the last thing a transaction does, because the audit chain's lock is held until it ends. */
export async function tellStory(tx: Tx, story: Story): Promise<void> {
  await tell(tx, ...story.timeline);
  await writeAudit(tx, ...story.audits);
}

export const auditActor = ({ kind, id, name, requestId }: Actor): AuditActor => ({ kind, id, name, requestId });

/** Where a fact came from, by who brought it. */
export function sourceOf(actor: Actor): TimelineFact["source"] {
  const sources = {
    user: "person",
    token: "api",
    webhook: "webhook",
    task: "task",
    customer: "customer",
    holdpoint: "holdpoint",
  } as const satisfies Record<Actor["kind"], TimelineFact["source"]>;
  return sources[actor.kind];
}
