import { z } from "zod";
import {
  AUTOMATIC_KINDS,
  MESSAGE_CHANNELS,
  MESSAGE_KINDS,
  MESSAGE_STATES,
  PLACEHOLDERS,
  TEMPLATE_KINDS,
} from "#lib/domain/message";
import { email, instant, language, phone, text } from "./shared.ts";

export const messageView = z.object({
  id: z.string(),
  kind: z.enum(MESSAGE_KINDS),
  channel: z.enum(MESSAGE_CHANNELS),
  recipient: z.string(),
  language,
  state: z.enum(MESSAGE_STATES),
  /** Why it has not arrived: our word for it, and the server's own sentence. */
  fault: z.string().nullable(),
  said: z.string().nullable(),
  attempts: z.int(),
  createdAt: instant,
  sentAt: instant.nullable(),
  /** When it is tried next, while it waits. */
  nextAttemptAt: instant.nullable(),
});
export type MessageView = z.infer<typeof messageView>;

export const orderMessages = z.object({
  /** Whether we can send ourselves. */
  sends: z.object({ email: z.boolean(), sms: z.boolean() }),
  rows: z.array(messageView),
});
export type OrderMessages = z.infer<typeof orderMessages>;

/** Once more, to the same address or to another one. */
export const resendMessageInput = z.strictObject({ recipient: z.union([email, phone]).optional() });
export type ResendMessageInput = z.infer<typeof resendMessageInput>;

const templateKind = z.enum(TEMPLATE_KINDS as [(typeof TEMPLATE_KINDS)[number], ...(typeof TEMPLATE_KINDS)[number][]]);
const automaticKind = z.enum(
  AUTOMATIC_KINDS as [(typeof AUTOMATIC_KINDS)[number], ...(typeof AUTOMATIC_KINDS)[number][]],
);

const templateWords = { subject: text(200, 1), body: text(4_000, 1) };

export const templateParams = z.strictObject({ kind: templateKind, language });
export const templateInput = z.strictObject(templateWords);
export const previewInput = z.strictObject({ kind: templateKind, language, ...templateWords });
export const previewView = z.object({ subject: z.string(), text: z.string(), html: z.string() });
export type PreviewView = z.infer<typeof previewView>;

export const templateView = z.object({
  kind: templateKind,
  language,
  subject: z.string(),
  body: z.string(),
  /** Who wrote it, and when; null = the built-in wording. */
  changed: z.object({ at: instant, byName: z.string().nullable() }).nullable(),
});
export type TemplateView = z.infer<typeof templateView>;

const gatewayFields = {
  enabled: z.boolean(),
  method: z.enum(["POST", "PUT", "GET"]),
  headers: z.array(z.strictObject({ name: text(60, 1), value: text(500) })).max(10, { error: "too_many" }),
};
export const smsGatewayView = z.object({
  ...gatewayFields,
  url: z.string(),
  body: z.string(),
  /** The secret goes in and never comes out: its end, and who set it when. */
  secret: z.object({ last4: z.string(), changedAt: instant, changedByName: z.string() }).nullable(),
});
export type SmsGatewayView = z.infer<typeof smsGatewayView>;

export const smsGatewayInput = z.strictObject({
  ...gatewayFields,
  url: text(1_000, 1),
  body: text(4_000),
  /** Left out: stays as it is. Empty: there is none any more. */
  secret: text(1_000).optional(),
});
export type SmsGatewayInput = z.infer<typeof smsGatewayInput>;

export const testSmsInput = z.strictObject({ to: phone });

export const messageSettingsView = z.object({
  version: z.int(),
  /** The gateway for text messages; null = none was ever set up. */
  sms: smsGatewayView.nullable(),
  /** From whom mail comes; null = none can be sent. */
  mailFrom: z.string().nullable(),
  automatic: z.record(automaticKind, z.boolean()),
  templates: z.array(templateView),
  placeholders: z.array(z.enum(PLACEHOLDERS)),
  /** The address a test goes to: whoever asks. */
  testTo: z.string(),
});
export type MessageSettingsView = z.infer<typeof messageSettingsView>;

export const messageSettingsInput = z.strictObject({
  version: z.int(),
  automatic: z.partialRecord(automaticKind, z.boolean()).optional(),
  sms: smsGatewayInput.optional(),
});
export type MessageSettingsInput = z.infer<typeof messageSettingsInput>;

/** How a test ended: where it went, and the mail server's own words. */
export const testMailView = z.object({
  to: z.string(),
  sent: z.boolean(),
  fault: z.string().nullable(),
  said: z.string().nullable(),
});
export type TestMailView = z.infer<typeof testMailView>;
