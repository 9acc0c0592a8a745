import type { Tx } from "#db/client";
import { type AuditActor, type AuditEntry, writeAudit } from "#db/queries/audit";
import { type MessageDraft, queueMessages } from "#db/queries/messages";
import { type TimelineFact, tell } from "#db/queries/timeline";
import { automaticMessages } from "./automatic-messages.ts";
import { type NoticeFact, writeNotices } from "./notify.ts";
import type { Actor } from "./world.ts";

/**
 * What a transaction has to say about itself: sentences for the order's timeline, notices to members of staff, e-mails and
 * text messages, and rows for the audit log.
 *
 * `story.messages.push({ kind, orderId, paymentId, dedupeKey })` sends the customer of the order an e-mail of that kind, in
 * the order's language, about that payment; nothing is sent where the customer has no address. `channel: "sms"` sends it to
 * their phone; `to` and `language` name somebody else (a member of staff: their `userId`). Amounts, dates, names and the
 * link are looked up when it is sent; `params` freezes what cannot be (the sum of a refund, a reason), and `params.text`
 * is a body somebody typed. `dedupeKey` names event and step: the second of the same is never sent. A link that is dead by
 * the time its turn comes is not sent at all. `sendAt` asks for a later moment. What a customer is told without anybody
 * asking follows from the timeline (automatic-messages.ts).
 */
export type Story = { timeline: TimelineFact[]; notices: NoticeFact[]; messages: MessageDraft[]; audits: AuditEntry[] };

export const emptyStory = (): Story => ({ timeline: [], notices: [], messages: [], audits: [] });

/** Writes the story; the last thing a transaction does, because the audit chain's lock is held until it ends. */
export async function tellStory(tx: Tx, story: Story): Promise<void> {
  await tell(tx, ...story.timeline);
  // One statement, which travels with those of the notices. Nothing may follow it but after its answer.
  const automatic = automaticMessages(tx, story.timeline, story.messages);
  automatic.catch(() => {});
  const mails = await writeNotices(tx, story.notices);
  await queueMessages(tx, ...mails, ...story.messages, ...(await automatic));
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
