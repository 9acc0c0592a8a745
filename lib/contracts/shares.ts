import { z } from "zod";
import { MESSAGE_STATES } from "#lib/domain/message";
import { SHARE_CHANNELS } from "#lib/domain/share";
import { instant, language } from "./shared.ts";

/** One time the link was handed out. */
export const shareView = z.object({
  id: z.string(),
  at: instant,
  channel: z.enum(SHARE_CHANNELS),
  recipient: z.string().nullable(),
  /** Null: Holdpoint did it by itself. */
  byName: z.string().nullable(),
  /** What became of the message; null where a person handed the link over themselves. */
  state: z.enum(MESSAGE_STATES).nullable(),
  /** Why it was not delivered, in the other side's words. */
  said: z.string().nullable(),
});
export type ShareView = z.infer<typeof shareView>;

export const letterView = z.object({ subject: z.string(), text: z.string() });

/** What a person needs to send an order's link, and what was sent before, newest first. */
export const shareSheet = z.object({
  /** The permanent address of the order for its customer. */
  link: z.string(),
  /** The order's language: the letter to show first. */
  language,
  letters: z.object({ en: letterView, uk: letterView }),
  seller: z.string(),
  /** Whether we can send ourselves; where we cannot, the person's own applications are opened. */
  sends: z.object({ email: z.boolean(), sms: z.boolean() }),
  shares: z.array(shareView),
});
export type ShareSheet = z.infer<typeof shareSheet>;
