import "server-only";
import PostalMime, { type Email } from "postal-mime";
import { type DeliveryReport, oneLine, returnReason } from "#lib/domain/message";

/** A report, and every address it may have been sent to: one of them names the message it is about. */
export type ReceivedReport = DeliveryReport & { addresses: string };

/** Where mail servers write the address a mail came in on. */
const ADDRESSED = new Set(["to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to"]);
const STATUS_PARTS = new Set(["message/delivery-status", "message/global-delivery-status"]);
const LONGEST_SAID = 300;

/**
 * Reads a delivery status notification (RFC 3464). Null for any other mail, and for reports of success: what is in them is
 * what somebody wrote, so nothing but the form counts.
 */
export async function readDeliveryReport(raw: Uint8Array): Promise<ReceivedReport | null> {
  const mail = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    attachmentEncoding: "utf8",
    maxNestingDepth: 20,
  }).catch(() => null);
  if (!mail || !/^multipart\/report\b/i.test(headerOf(mail, "content-type"))) return null;
  const status = mail.attachments.find(({ mimeType }) => STATUS_PARTS.has(mimeType.toLowerCase()));
  const recipients = status ? recipientsOf(textOf(status.content)) : [];
  const told = recipients.find(({ outcome }) => outcome === "bounced") ?? recipients[0];
  return told ? { ...told, addresses: addressesOf(mail) } : null;
}

const textOf = (content: Email["attachments"][number]["content"]): string =>
  typeof content === "string" ? content : new TextDecoder().decode(content);

const headerOf = (mail: Email, name: string): string => mail.headers.find(({ key }) => key === name)?.value ?? "";

/** The report's own head, and the return path in the head of what came back. */
function addressesOf(mail: Email): string {
  const own = mail.headers.flatMap(({ key, value }) => (ADDRESSED.has(key) ? [value] : []));
  const returned = mail.attachments.flatMap(({ mimeType, content }) => {
    if (!/^(message\/(rfc822|global|global-headers)|text\/rfc822-headers)$/i.test(mimeType)) return [];
    return /^return-path:.*$/im.exec(textOf(content).slice(0, 32_768))?.[0] ?? [];
  });
  return [...own, ...returned].join("\n");
}

/** The groups after the first tell of one recipient each; those that were delivered to are left out. */
function recipientsOf(text: string): DeliveryReport[] {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n+/)
    .flatMap((group) => {
      const fields = fieldsOf(group);
      const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.status ?? "")?.[0] ?? "";
      const action = fields.action?.trim().toLowerCase() ?? "";
      if (!fields["final-recipient"] && !fields["original-recipient"]) return [];
      const outcome = action === "failed" ? "bounced" : action === "delayed" ? "delayed" : null;
      return outcome
        ? [{ outcome, reason: returnReason(status), said: sentenceOf(fields["diagnostic-code"], status) }]
        : [];
    });
}

function fieldsOf(group: string): Record<string, string> {
  const lines = group.replace(/\n[ \t]+/g, " ").split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? [];
      return name && value !== undefined ? [[name.toLowerCase(), value.trim()]] : [];
    }),
  );
}

/** The server's own sentence, without the name of its protocol and the number that long answers repeat on every line. */
function sentenceOf(diagnostic: string | undefined, status: string): string | null {
  const text = oneLine((diagnostic ?? "").replace(/^[\w-]+\s*;/, ""), 2_000);
  const [, number, more] = /^(\d{3})[- ](\d\.\d{1,3}\.\d{1,3} )?/.exec(text) ?? [];
  const once = number ? text.slice(4).replaceAll(` ${number}-`, " ").replaceAll(` ${number} `, " ") : text;
  const plain = more ? more + once.slice(more.length).replaceAll(more, "") : once;
  return oneLine(number ? `${number} ${plain}` : plain, LONGEST_SAID) || (status ? `Status ${status}` : null);
}
