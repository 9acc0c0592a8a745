import { findTemplate } from "#db/queries/message-templates";
import type { MessageFacts, MessageParams, MessageRow } from "#db/queries/messages";
import { RESET_LASTS_MS } from "#lib/contracts/me";
import { signedId } from "#lib/crypto";
import type { MessageId } from "#lib/domain/ids";
import type { PlaceholderValues } from "#lib/domain/message";
import { env } from "#lib/env";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { LOGO_ID, letterOf } from "#lib/mail/letter";
import { domainOf, logoOf, messageOf } from "#lib/mail/mime";
import { type Delivery, deliver } from "#lib/mail/smtp";
import { staffTemplate } from "#lib/mail/staff-letter";
import { momentInWords, valuesOf } from "#lib/mail/values";
import { accountTemplate, builtInTemplate, isTemplateKind, releasedWords, type Template } from "#lib/mail/words";
import { pages } from "#lib/paths";
import { returnPathOf } from "./return-path.ts";
import type { World } from "./world.ts";

export type Outgoing = {
  message: MessageRow;
  facts: MessageFacts;
  smtpUrl: string;
  mailFrom: string;
  appUrl: string;
};

/** Writes an e-mail from the company's wording and the facts of this moment, and hands it to the mail server. */
export async function sendMail(world: World, outgoing: Outgoing, beforeEnd: () => Promise<boolean>): Promise<Delivery> {
  const { message, facts, mailFrom, appUrl } = outgoing;
  const { company, customer, payment } = facts;
  const { language } = message;
  const params = message.params as MessageParams;
  const logo = logoOf(company?.logo ?? null);
  const { template, values: own } = await wordsOf(world, outgoing);
  const letter = letterOf({
    template,
    values: { ...valuesOf(facts, params, language, appUrl), ...own },
    language,
    sender: {
      name: company?.name ?? "",
      address: company?.address ?? null,
      phone: company?.phone ?? null,
      email: company?.email ?? null,
    },
    button: payment?.state === "pending" || payment?.state === "failed" ? "pay" : "open",
    test: payment?.mode === "test",
    logo: logo ? `cid:${LOGO_ID}` : null,
  });
  const { raw, from, to } = await messageOf({
    from: mailFrom,
    company: company?.name ?? "",
    to: { address: message.recipient, name: message.recipient === customer?.email ? customer.name : null },
    replyTo: company?.email ?? null,
    // The same one at every try: a server that was asked twice can tell.
    messageId: `<${message.id}@${domainOf(mailFrom)}>`,
    letter,
    logo,
    language,
    date: message.createdAt,
  });
  return deliver(outgoing.smtpUrl, { from: returnPath(message.id, mailFrom) ?? from, to, raw }, beforeEnd);
}

/** Where reports about this one message go; null where nobody would read them, and the sender's own address has to do. */
function returnPath(id: MessageId, mailFrom: string): string | null {
  const { mailWebhookSecret, mailBounceAddress } = env();
  return mailWebhookSecret ? returnPathOf(id, mailBounceAddress ?? `bounce@${domainOf(mailFrom)}`) : null;
}

/** The text somebody typed for this one message, else the company's wording, else ours; what staff are told is ours. */
async function wordsOf(
  world: World,
  { message, facts, appUrl }: Outgoing,
): Promise<{ template: Template; values: PlaceholderValues }> {
  const { kind, language, orderId } = message;
  const params = message.params as MessageParams;
  const zone = facts.company?.zone ?? COMPANY_ZONE;
  const account = accountTemplate(params.notice, language);
  if (account) return { template: account, values: accountValues(message, zone, appUrl) };
  if (!isTemplateKind(kind))
    return {
      template: staffTemplate(params, facts.order?.number ?? null, language, zone),
      values: { link: `${appUrl}${orderId ? pages.order(orderId) : pages.home()}` },
    };
  const ours = params.released ? releasedWords(language) : builtInTemplate(kind, language);
  const template = (await findTemplate(world.db, kind, language)) ?? ours;
  return { template: typeof params.text === "string" ? { ...template, typed: params.text } : template, values: {} };
}

/** The secret of a link is computed here, at the last moment: it stands in no table. */
function accountValues({ params, createdAt, language }: MessageRow, zone: string, appUrl: string): PlaceholderValues {
  const { reset } = params;
  const path = typeof reset === "string" ? pages.newPassword(signedId("password reset", reset)) : pages.signIn();
  const at = typeof reset === "string" ? new Date(createdAt.getTime() + RESET_LASTS_MS) : createdAt;
  return { link: `${appUrl}${path}`, until: momentInWords(at, language, zone) };
}
