import type { PaymentState } from "./payment.ts";

/** What a message tells. All but the last go to the customer; each has a template in both languages. */
export const MESSAGE_KINDS = [
  "payment_request",
  "reminder",
  "paid_receipt",
  "hold_notice",
  "failed",
  "expired_new_link",
  "refund",
  "staff_notice",
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const MESSAGE_CHANNELS = ["email", "sms"] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

/**
 * `queued` waits for its moment, `sending` is in somebody's hands; `sent`: the server took it; `refused`: it said no for
 * good, `failed`: nobody knows whether it arrived, or it was tried too long; `dropped`: no longer true when its turn came.
 * What the server took can still be reported about: `delayed`, it has not been able to pass it on yet; `bounced`, it came back.
 */
export const MESSAGE_STATES = [
  "queued",
  "sending",
  "sent",
  "delayed",
  "bounced",
  "refused",
  "failed",
  "dropped",
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Why mail came back or is late, by the second and third figure of the report's status (RFC 3463). */
export const RETURN_REASONS = ["no_mailbox", "mailbox_full", "not_wanted", "not_reached", "returned"] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

/** What a mail server reports about a message after it had taken it, in our words and in its own. */
export type DeliveryReport = { outcome: "bounced" | "delayed"; reason: ReturnReason; said: string | null };

export function returnReason(status: string): ReturnReason {
  const [, subject, detail] = status.split(".");
  if (subject === "1") return "no_mailbox";
  if (subject === "2") return detail === "2" ? "mailbox_full" : detail === "1" ? "no_mailbox" : "returned";
  if (subject === "4") return "not_reached";
  return subject === "7" ? "not_wanted" : "returned";
}

/**
 * What a report makes of a message; null: nothing new. Reports come late, twice and out of order, and as long as we have not
 * heard whether a server took a message, a report about it is the answer.
 */
export function stateAfterReport(state: MessageState, outcome: DeliveryReport["outcome"]): MessageState | null {
  switch (state) {
    case "sending":
    case "sent":
    case "failed":
      return outcome;
    case "delayed":
      return outcome === "bounced" ? "bounced" : null;
    default:
      return null;
  }
}

/** Kinds whose wording the company may change. What staff are told is said in the application's own words. */
export const TEMPLATE_KINDS = MESSAGE_KINDS.filter((kind) => kind !== "staff_notice") as Exclude<
  MessageKind,
  "staff_notice"
>[];
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

/** Kinds that the company may have sent by themselves, and do, until it says otherwise. Reminders have a schedule instead. */
export const AUTOMATIC_KINDS = TEMPLATE_KINDS.filter((kind) => kind !== "reminder") as Exclude<
  TemplateKind,
  "reminder"
>[];
export type AutomaticKind = (typeof AUTOMATIC_KINDS)[number];

/** A payment that has come to nothing is often tried again at once: nobody is written to before this has passed. */
export const FAILED_AFTER_MS = 15 * 60_000;

/** What a wording may mention, as `{order}`. */
export const PLACEHOLDERS = [
  "company",
  "customer",
  "order",
  "amount",
  "total",
  "balance",
  "until",
  "link",
  "document",
  "reason",
  "contact",
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type PlaceholderValues = Partial<Record<Placeholder, string>>;

const PLACEHOLDER = /\{([^{}\s]{1,40})\}/g;

/** Names in braces that mean nothing, each once. */
export function unknownPlaceholders(text: string): string[] {
  const named = [...text.matchAll(PLACEHOLDER)].map(([, name]) => name as string);
  return [...new Set(named)].filter((name) => !(PLACEHOLDERS as readonly string[]).includes(name));
}

/** Puts values in. A line that would mention something there is none of is left out, never sent with a hole in it. */
export function filled(text: string, values: PlaceholderValues): string {
  const has = (name: string) => Boolean(values[name as Placeholder]);
  return text
    .split("\n")
    .filter((line) => [...line.matchAll(PLACEHOLDER)].every(([, name]) => has(name as string)))
    .join("\n")
    .replace(PLACEHOLDER, (_, name: string) => values[name as Placeholder] ?? "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** The order and payment that a message tells of, as they are when its turn comes. */
export type MessageSubject = {
  /** Null: it is about no payment. */
  state: PaymentState | null;
  orderCancelled: boolean;
  /** Money is there, or a later link is being paid. */
  settledOtherwise: boolean;
};

/**
 * Whether a message is still true. `wait`: the link is being made. A link that is dead, or on which the money is, is sent to
 * nobody; what has happened to money is told in any case.
 */
export function messageTurn(kind: MessageKind, subject: MessageSubject): "send" | "wait" | MessageDropReason {
  const { state, orderCancelled, settledOtherwise } = subject;
  switch (kind) {
    case "payment_request":
    case "reminder":
    case "expired_new_link":
      if (orderCancelled) return "order_cancelled";
      if (state === null) return "send";
      if (state === "creating") return "wait";
      if (state === "pending") return "send";
      return state === "processing" || isMoneyState(state) ? "paid_meanwhile" : "link_dead";
    case "failed":
      if (orderCancelled) return "order_cancelled";
      return settledOtherwise || state !== "failed" ? "paid_meanwhile" : "send";
    case "hold_notice":
      return state === null || state === "withholding" ? "send" : "overtaken";
    default:
      return "send";
  }
}
export const MESSAGE_DROP_REASONS = ["order_cancelled", "paid_meanwhile", "link_dead", "overtaken"] as const;
export type MessageDropReason = (typeof MESSAGE_DROP_REASONS)[number];

const isMoneyState = (state: PaymentState) =>
  state === "withholding" || state === "successful" || state === "partially_refunded" || state === "refunded";

/** What came of one try to send, in our words. The server's own sentence is kept beside it. */
export const MESSAGE_FAULTS = [
  /** No mail server, or no gateway, is set up. */
  "not_configured",
  /** It could not be reached, or asked to come back later. */
  "unreachable",
  "later",
  /** It wants another name or password. */
  "credentials",
  /** It said no for good. */
  "refused",
  "bad_address",
  /** It was given the whole message and never said whether it took it. */
  "unconfirmed",
  /** Tried for a day. */
  "gave_up",
] as const;
export type MessageFault = (typeof MESSAGE_FAULTS)[number];

const MINUTE_MS = 60_000;
/** About a day, at the pace below. */
export const GIVE_UP_AFTER_TRIES = 30;

/** How long to wait before the next try: half a minute, doubling, an hour at most. */
export const tryAgainAfterMs = (attempts: number): number =>
  Math.min(30_000 * 2 ** Math.max(0, attempts - 1), 60 * MINUTE_MS);

/**
 * An address that can stand in a message's head: one mailbox, nothing that could begin another header, name another
 * recipient or carry a comment.
 */
export const isMailbox = (text: string): boolean =>
  text.length <= 254 &&
  /^[^\s@<>(),;:"'\\[\]\p{Cc}\p{Cf}]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,251})\.[\p{L}\p{N}-]{2,63}$/u.test(text) &&
  !text.includes("..");

export const isPhone = (text: string): boolean => /^\+?\d{7,15}$/.test(text);

/** For one line: no breaks, no controls, nothing that reorders what is read. */
export const oneLine = (text: string, max = 200): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replace(/[^\S\u00a0]+/g, " ")
    .trim()
    .slice(0, max);
