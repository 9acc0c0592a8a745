import { database } from "#db/client";
import { type MessageSettingsRow, messageSettingsRow } from "#db/queries/message-settings";
import { allTemplates } from "#db/queries/message-templates";
import { type MessageRow, messagesOfOrder } from "#db/queries/messages";
import type {
  MessageSettingsView,
  MessageView,
  OrderMessages,
  SmsGatewayView,
  TemplateView,
} from "#lib/contracts/messages";
import type { OrderId } from "#lib/domain/ids";
import { AUTOMATIC_KINDS, PLACEHOLDERS, TEMPLATE_KINDS } from "#lib/domain/message";
import { env } from "#lib/env";
import { LOCALES } from "#lib/i18n/locale";
import { builtInTemplate } from "#lib/mail/words";

/** What an order's customer was sent, newest first; null: no such order. */
export async function readOrderMessages(orderId: OrderId): Promise<OrderMessages | null> {
  const rows = await messagesOfOrder(database(), orderId);
  if (!rows) return null;
  return { sends: await sendable(), rows: rows.map(viewOf) };
}

function viewOf(row: MessageRow): MessageView {
  const [fault = null, ...said] = row.error?.split(": ") ?? [];
  return {
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    recipient: row.recipient,
    language: row.language,
    state: row.state,
    fault: fault || null,
    said: said.join(": ") || null,
    attempts: row.attempts,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    nextAttemptAt: row.state === "queued" ? row.nextAttemptAt.toISOString() : null,
  };
}

/** What we can send ourselves now. */
export async function sendable(): Promise<{ email: boolean; sms: boolean }> {
  const settings = await messageSettingsRow(database());
  return { email: env().smtpUrl !== undefined, sms: settings?.sms?.enabled === true };
}

/** The company's wish changes rarely and is asked with every order that is shown. */
const KNOWN_FOR_MS = 10_000;
let known: { at: number; mails: Promise<boolean> } | null = null;

/** Whether a new link is mailed to its customer without anybody asking. */
export function mailsLinks(): Promise<boolean> {
  if (env().smtpUrl === undefined) return Promise.resolve(false);
  if (known && performance.now() - known.at < KNOWN_FOR_MS) return known.mails;
  const mails = messageSettingsRow(database()).then((settings) => settings?.automatic.payment_request !== false);
  const asked = { at: performance.now(), mails };
  known = asked;
  mails.catch(() => {
    if (known === asked) known = null;
  });
  return mails;
}

function smsView({ secret, ...gateway }: NonNullable<MessageSettingsRow["sms"]>): SmsGatewayView {
  return {
    ...gateway,
    secret: secret && { last4: secret.last4, changedAt: secret.changedAt, changedByName: secret.changedByName },
  };
}

/** Everything about messages that an admin may set. */
export async function readMessageSettings(viewer: { email: string }): Promise<MessageSettingsView> {
  const [settings, own] = await Promise.all([messageSettingsRow(database()), allTemplates(database())]);
  const templates = TEMPLATE_KINDS.flatMap((kind) =>
    LOCALES.map((language): TemplateView => {
      const changed = own.find((row) => row.kind === kind && row.language === language);
      const words = changed ?? builtInTemplate(kind, language);
      return {
        kind,
        language,
        subject: words.subject,
        body: words.body,
        changed: changed ? { at: changed.updatedAt.toISOString(), byName: changed.updatedByName } : null,
      };
    }),
  );
  return {
    version: settings?.version ?? 1,
    sms: settings?.sms ? smsView(settings.sms) : null,
    mailFrom: env().smtpUrl ? (env().mailFrom ?? null) : null,
    automatic: Object.fromEntries(
      AUTOMATIC_KINDS.map((kind) => [kind, settings?.automatic[kind] !== false]),
    ) as MessageSettingsView["automatic"],
    templates,
    placeholders: [...PLACEHOLDERS],
    testTo: viewer.email,
  };
}
