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
 */
export const MESSAGE_STATES = ["queued", "sending", "sent", "refused", "failed", "dropped"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];
