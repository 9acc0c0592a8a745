import {
  abandonedMessages,
  claimMessage,
  dueMessages,
  endMessage,
  lockMessage,
  type MessageEnd,
  type MessageFacts,
  type MessageRow,
  markMessageSending,
  messageFacts,
  postponeMessage,
  postponeUnsendable,
} from "#db/queries/messages";
import { transact } from "#db/transact";
import { RESET_LASTS_MS } from "#lib/contracts/me";
import { isId, type MessageId } from "#lib/domain/ids";
import { GIVE_UP_AFTER_TRIES, isMailbox, isPhone, messageTurn, tryAgainAfterMs } from "#lib/domain/message";
import { quietAround, reminderSettings } from "#lib/domain/reminder";
import { ok } from "#lib/domain/result";
import { env } from "#lib/env";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { log } from "#lib/log";
import type { Delivery } from "#lib/mail/smtp";
import { sendMail } from "./send-mail.ts";
import { sendText } from "./send-text.ts";
import { undelivered } from "./staff-notices.ts";
import { emptyStory, tellStory } from "./story.ts";
import type { World } from "./world.ts";

/** Longer than a try may last: who holds a message past it is dead. */
const CLAIM_SECONDS = 60;
const WAIT_FOR_LINK_MS = 10_000;
const BATCH = 20;
const AT_ONCE = 4;

const POSTMAN = { id: "holdpoint", name: "Holdpoint" };

/**
 * Sends one message whose turn has come, if it is still true. At most once: a message is taken by one process at a time, may
 * be tried again as long as the server cannot have it whole, and where a process dies after that, nobody sends it a second
 * time; the order says that it may not have arrived, and a person decides. Answers whether anything was ended.
 */
export async function sendMessage(world: World, id: MessageId): Promise<boolean> {
  const message = await claimMessage(world.db, id, CLAIM_SECONDS);
  if (!message) return false;
  const facts = await messageFacts(world.db, message);
  const { order, payment, company, customer } = facts;
  const now = world.now();
  // Its time may be over before the provider has told us so.
  const over = payment?.state === "pending" && payment.expiresAt !== null && payment.expiresAt <= now;
  const turn = order
    ? messageTurn(message.kind, {
        state: over ? "expired" : (payment?.state ?? null),
        orderCancelled: order.cancelledAt !== null,
        settledOtherwise: order.accepted || facts.laterAttempt,
      })
    : isDeadResetLink(message, now)
      ? "overtaken"
      : "send";
  if (turn === "wait") {
    await postponeMessage(world.db, message, {
      at: new Date(now.getTime() + WAIT_FOR_LINK_MS),
      fault: null,
      said: null,
      counted: false,
    });
    return false;
  }
  if (turn !== "send") return end(world, message, { state: "dropped", fault: turn, said: null });
  const zone = customer?.zone ?? company?.zone ?? COMPANY_ZONE;
  const night = message.kind === "reminder" ? quietAround(now, reminderSettings(company?.reminders), zone) : null;
  if (night) {
    await postponeMessage(world.db, message, { at: night.end, fault: null, said: null, counted: false });
    return false;
  }
  if (!(message.channel === "email" ? isMailbox(message.recipient) : isPhone(message.recipient)))
    return end(world, message, { state: "refused", fault: "bad_address", said: null });

  const delivery = await deliverOne(world, message, facts);
  if (delivery.ended === "stopped") return false;
  if (delivery.ended === "sent") return end(world, message, { state: "sent", fault: null, said: null });
  const { fault, said } = delivery;
  log.warn("message.not_sent", {
    orderId: message.orderId,
    operation: message.channel,
    reason: fault,
    attempt: message.attempts,
  });
  if (delivery.ended === "refused") return end(world, message, { state: "refused", fault, said });
  if (delivery.ended === "unconfirmed") return end(world, message, { state: "failed", fault, said });
  if (message.attempts >= GIVE_UP_AFTER_TRIES)
    return end(world, message, { state: "failed", fault: fault === "not_configured" ? fault : "gave_up", said });
  await postponeMessage(world.db, message, {
    at: new Date(now.getTime() + tryAgainAfterMs(message.attempts)),
    fault,
    said,
  });
  return false;
}

/** A link that would be over when it is read. */
const isDeadResetLink = ({ params, createdAt }: MessageRow, now: Date) =>
  params.notice === "password_reset" && now.getTime() - createdAt.getTime() >= RESET_LASTS_MS;

async function deliverOne(world: World, message: MessageRow, facts: MessageFacts): Promise<Delivery> {
  const { smtpUrl, mailFrom, appUrl } = env();
  const beforeEnd = () => markMessageSending(world.db, message, CLAIM_SECONDS);
  if (message.channel === "sms") return sendText(world, message, facts, beforeEnd);
  if (!smtpUrl || !mailFrom) return { ended: "again", fault: "not_configured", said: "" };
  return sendMail(world, { message, facts, smtpUrl, mailFrom, appUrl }, beforeEnd);
}

/** Writes how a message ended, and what the order's story says of it. */
async function end(world: World, message: MessageRow, how: MessageEnd): Promise<boolean> {
  const result = await transact<boolean, never>(world.db, async (tx) => {
    if (!(await endMessage(tx, message, how))) return ok(false);
    const kind = TOLD[how.state];
    const { orderId } = message;
    // A message that a person sent is in the story already, as theirs.
    const theirs = how.state === "sent" && message.dedupeKey.startsWith("share:");
    if (!orderId || !kind || theirs || message.kind === "staff_notice") return ok(true);
    const story = emptyStory();
    story.timeline.push({
      orderId,
      paymentId: message.paymentId,
      kind,
      params: {
        recipient: message.recipient,
        channel: message.channel,
        kind: message.kind,
        ...(how.said ? { message: how.said } : {}),
        ...(how.fault ? { code: how.fault } : {}),
      },
      actor: POSTMAN,
      source: "holdpoint",
    });
    if (how.state === "refused") {
      const locked = await lockMessage(tx, message.id);
      story.notices.push(undelivered(message, locked?.salespersonId ?? null, how.fault ?? "refused"));
    }
    await tellStory(tx, story);
    return ok(true);
  });
  return result.ok && result.value;
}
const TOLD = {
  sent: "message.sent",
  refused: "message.refused",
  failed: "message.failed",
  dropped: null,
} as const satisfies Record<MessageEnd["state"], string | null>;

/**
 * Sends what is due, several at a time, and ends what a dead process left between the last dot and its answer. Any instance
 * may do it at any time. Answers how many it took.
 */
export async function sendDueMessages(world: World, deadlineMs = 20_000): Promise<number> {
  for (const message of await abandonedMessages(world.db, BATCH))
    await end(world, message, { state: "failed", fault: "unconfirmed", said: null });
  if (!env().smtpUrl) await postponeUnsendable(world.db, "email");
  const until = performance.now() + deadlineMs;
  let taken = 0;
  for (
    let due = await dueMessages(world.db, BATCH);
    due.length > 0;
    due = performance.now() < until ? await dueMessages(world.db, BATCH) : []
  ) {
    const queue = due.map(({ id }) => id);
    taken += queue.length;
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, queue.length) }, async () => {
        for (let id = queue.shift(); id !== undefined; id = queue.shift()) await tried(world, id);
      }),
    );
  }
  return taken;
}

/** A message that cannot be sent for a reason of ours must not stop the others; its lease keeps it from being taken at once. */
async function tried(world: World, id: MessageId): Promise<void> {
  try {
    await sendMessage(world, id);
  } catch (error) {
    log.error("message.failed", { error });
  }
}

/** The same for one named by a job. */
export async function sendNamedMessage(world: World, key: unknown): Promise<void> {
  if (isId("msg", key)) await tried(world, key);
}
