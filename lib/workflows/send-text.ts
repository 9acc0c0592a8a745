import { messageSettingsRow, placeOfSmsSecret } from "#db/queries/message-settings";
import type { MessageFacts, MessageParams, MessageRow } from "#db/queries/messages";
import { unseal } from "#lib/crypto";
import { filled, oneLine, type TemplateKind } from "#lib/domain/message";
import { env } from "#lib/env";
import { valuesOf } from "#lib/mail/values";
import { isTemplateKind, releasedWords, smsText } from "#lib/mail/words";
import { type SmsDelivery, sendSms } from "#lib/sms/send-sms";
import type { World } from "./world.ts";

/** Gateways cut longer ones into parts that cost extra, or refuse them. */
const LONGEST = 600;

/** Sends a message to a phone through the company's gateway; without one it waits. */
export async function sendText(
  world: World,
  message: MessageRow,
  facts: MessageFacts,
  beforeEnd: () => Promise<boolean>,
): Promise<SmsDelivery> {
  const gateway = (await messageSettingsRow(world.db))?.sms;
  if (!gateway?.enabled) return { ended: "again", fault: "not_configured", said: "" };
  const params = message.params as MessageParams;
  const typed = typeof params.text === "string" ? params.text : null;
  const values = valuesOf(facts, params, message.language, env().appUrl);
  const text = typed ?? (isTemplateKind(message.kind) ? filled(wordsOf(message.kind, message), values) : "");
  return sendSms(
    gateway,
    { to: message.recipient, text: oneLine(text, LONGEST), secret: secretOf(gateway.secret) },
    beforeEnd,
    env().mode !== "production",
  );
}

const wordsOf = (kind: TemplateKind, { language, params }: MessageRow): string =>
  (params as MessageParams).released ? releasedWords(language).sms : smsText(kind, language);

/** Tries the gateway with a sentence of its own. */
export async function sendTestText(world: World, to: string, company: string): Promise<SmsDelivery> {
  const gateway = (await messageSettingsRow(world.db))?.sms;
  if (!gateway) return { ended: "again", fault: "not_configured", said: "" };
  const values = { to, text: oneLine(`Holdpoint · ${company}`, LONGEST), secret: secretOf(gateway.secret) };
  return sendSms(gateway, values, async () => true, env().mode !== "production");
}

const secretOf = (secret: { sealed: string; changedAt: string } | null): string =>
  secret ? unseal(secret.sealed, placeOfSmsSecret(secret.changedAt)) : "";
