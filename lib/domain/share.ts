/**
 * Ways in which a link reaches a customer. `email` and `sms` are sent by us; with the others a person hands it over, and what
 * is written down is that they did.
 */
export const SHARE_CHANNELS = [
  "copy",
  "open",
  "qr",
  "qr_picture",
  "qr_print",
  "email",
  "sms",
  "mail_app",
  "sms_app",
  "viber",
  "telegram",
  "whatsapp",
  "device",
] as const;
export type ShareChannel = (typeof SHARE_CHANNELS)[number];

/** Those that go through our own message queue. */
export const SENT_BY_US = ["email", "sms"] as const satisfies ShareChannel[];
export type SentByUs = (typeof SENT_BY_US)[number];
export const isSentByUs = (channel: ShareChannel): channel is SentByUs =>
  (SENT_BY_US as readonly ShareChannel[]).includes(channel);

/** What opens an application of this person's with a ready text. */
export const APP_CHANNELS = ["viber", "telegram", "whatsapp", "sms_app", "mail_app"] as const satisfies ShareChannel[];
export type AppChannel = (typeof APP_CHANNELS)[number];

/** Viber cuts longer texts off, and with them the link at their end. */
const VIBER_LONGEST = 200;

/** The address that opens an application with the text in it; `to` is a phone number or, for mail, an address. */
export function appAddress(
  channel: AppChannel,
  letter: { text: string; link: string; subject: string; to: string | null },
): string {
  const { link, to } = letter;
  const text = withLink(letter.text, link);
  const digits = international(to ?? "");
  switch (channel) {
    case "viber":
      return `viber://forward?text=${encoded(fitted(text, link, VIBER_LONGEST))}`;
    case "telegram":
      return `https://t.me/share/url?url=${encoded(link)}&text=${encoded(withoutLink(text, link))}`;
    case "whatsapp":
      return `https://wa.me/${digits}?text=${encoded(text)}`;
    case "sms_app":
      // With both signs the text arrives on iPhones of all ages and on Android.
      return `sms:${digits && `+${digits}`}?&body=${encoded(text)}`;
    case "mail_app":
      return `mailto:${encoded(to ?? "").replace("%40", "@")}?subject=${encoded(letter.subject)}&body=${encoded(text)}`;
  }
}

/** Messengers want numbers with their country; one that begins with a zero is one of ours. */
const international = (phone: string): string => phone.replace(/\D/g, "").replace(/^0(?=\d{9}$)/, "380");

/** Half of a surrogate pair cannot be written into an address. */
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

/** A text from which somebody has deleted the link gets it back: without it nobody can pay. */
export const withLink = (text: string, link: string): string =>
  text.includes(link) ? text : `${text.trimEnd()}\n${link}`.trimStart();

const withoutLink = (text: string, link: string): string => text.replaceAll(link, "").trim();

/** Words are left out in front of the link, never the link. */
function fitted(text: string, link: string, longest: number): string {
  if (text.length <= longest) return text;
  const room = longest - link.length - 2;
  const words = Array.from(withoutLink(text, link));
  return room > 20 ? `${words.slice(0, room).join("").trimEnd()}… ${link}` : link;
}
