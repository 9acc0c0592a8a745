import "server-only";
import addressparser from "nodemailer/lib/addressparser";
import MailComposer from "nodemailer/lib/mail-composer";
import { isMailbox, oneLine } from "#lib/domain/message";
import { type Letter, LOGO_ID } from "./letter.ts";

/** Mail servers are asked to take so much at most; a bigger picture is left out. */
const LARGEST_LOGO = 100 * 1024;

export type Envelope = { from: string; to: string; raw: Buffer };

/** The company's picture as it is kept: a data URL of a PNG, JPEG or WebP. */
export function logoOf(dataUrl: string | null): { contentType: string; content: Buffer } | null {
  const found = /^data:(image\/(?:png|jpeg|webp));base64,([A-Za-z0-9+/=]+)$/.exec(dataUrl ?? "");
  if (!found?.[1] || !found[2]) return null;
  const content = Buffer.from(found[2], "base64");
  return content.length > LARGEST_LOGO ? null : { contentType: found[1], content };
}

/**
 * A whole message, head and both bodies. Whatever a name holds, it stays inside its field: the address is one mailbox, every
 * text is one line, and the composer encodes and folds it.
 */
export async function messageOf(facts: {
  /** MAIL_FROM: `mail@company.ua` or `Company <mail@company.ua>`. */
  from: string;
  /** Shown as the sender's name where MAIL_FROM has none. */
  company: string;
  to: { address: string; name: string | null };
  replyTo: string | null;
  messageId: string;
  letter: Letter;
  logo: ReturnType<typeof logoOf>;
  language: string;
  date: Date;
}): Promise<Envelope> {
  const sender = addressparser(facts.from, { flatten: true })[0];
  const from = { address: sender?.address ?? "", name: oneLine(sender?.name || facts.company, 120) };
  const to = { address: facts.to.address, name: oneLine(facts.to.name ?? "", 120) };
  const raw = await new MailComposer({
    from,
    to,
    ...(facts.replyTo && isMailbox(facts.replyTo) ? { replyTo: { name: from.name, address: facts.replyTo } } : {}),
    subject: facts.letter.subject,
    text: facts.letter.text,
    html: facts.letter.html,
    messageId: facts.messageId,
    date: facts.date,
    headers: { "Auto-Submitted": "auto-generated", "Content-Language": facts.language },
    attachments: facts.logo
      ? [
          {
            filename: `logo.${facts.logo.contentType.slice("image/".length)}`,
            cid: LOGO_ID,
            contentDisposition: "inline",
            ...facts.logo,
          },
        ]
      : [],
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  return { from: from.address, to: to.address, raw };
}

/** Where MAIL_FROM's mailbox lives: a Message-ID wants a domain of ours. */
export const domainOf = (from: string): string =>
  /@([A-Za-z0-9.-]+)/.exec(addressparser(from, { flatten: true })[0]?.address ?? "")?.[1] ?? "holdpoint.invalid";
