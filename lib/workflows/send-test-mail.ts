import { randomBytes } from "node:crypto";
import { companyRow } from "#db/queries/company";
import type { TestMailView } from "#lib/contracts/messages";
import { isMailbox, type TemplateKind } from "#lib/domain/message";
import { invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { env } from "#lib/env";
import type { Locale } from "#lib/i18n/locale";
import { LOGO_ID } from "#lib/mail/letter";
import { domainOf, logoOf, messageOf } from "#lib/mail/mime";
import { deliver } from "#lib/mail/smtp";
import type { Template } from "#lib/mail/words";
import { placeholderErrors, previewOf } from "./message-settings.ts";
import type { World } from "./world.ts";

/** Sends a wording with sample data to whoever asks, at once, and answers with the mail server's own words. */
export async function sendTestMail(
  world: World,
  to: { email: string; name: string },
  named: { kind: TemplateKind; language: Locale },
  words: Template,
): Promise<Result<TestMailView, Refusal>> {
  const wrong = placeholderErrors(words);
  if (wrong.length > 0) return refuse(invalid(...wrong));
  const { smtpUrl, mailFrom } = env();
  if (!smtpUrl || !mailFrom) return ok({ to: to.email, sent: false, fault: "not_configured", said: null });
  if (!isMailbox(to.email)) return refuse(invalid({ field: "recipient", code: "bad_email" }));
  const [preview, company] = await Promise.all([previewOf(world, named, words), companyRow(world.db)]);
  if (!preview.ok) return preview;
  const letter = preview.value;
  const logo = logoOf(company?.logo ?? null);
  const { raw, ...envelope } = await messageOf({
    from: mailFrom,
    company: company?.name ?? "",
    to: { address: to.email, name: to.name },
    replyTo: company?.email ?? null,
    messageId: `<test.${randomBytes(12).toString("hex")}@${domainOf(mailFrom)}>`,
    letter: { ...letter, html: company?.logo ? letter.html.replaceAll(company.logo, `cid:${LOGO_ID}`) : letter.html },
    logo,
    language: named.language,
    date: world.now(),
  });
  const delivery = await deliver(smtpUrl, { ...envelope, raw }, async () => true, { wholeMs: 15_000 });
  if (delivery.ended === "sent") return ok({ to: to.email, sent: true, fault: null, said: delivery.response });
  return ok({ to: to.email, sent: false, fault: delivery.fault, said: delivery.said || null });
}
