import { filled, oneLine, type PlaceholderValues } from "#lib/domain/message";
import type { Locale } from "#lib/i18n/locale";
import { escaped, Html, html } from "#lib/pay/html";
import { COLOURS } from "#lib/pay/style";
import { frameWords, type Template } from "./words.ts";

/** Whoever sends: as the company's settings say. */
export type Sender = { name: string; address: string | null; phone: string | null; email: string | null };

export type Letter = { subject: string; text: string; html: string };

export type LetterFacts = {
  template: Template;
  values: PlaceholderValues;
  language: Locale;
  sender: Sender;
  /** What the button says; a paragraph that is nothing but the link becomes one. */
  button: "pay" | "open";
  /** Shown above the text: the payment is made with test money. */
  test: boolean;
  /** Where the logo is shown from: `cid:logo` in a mail, an address in a preview; null = the company has none. */
  logo: string | null;
};

/** The Content-ID under which a mail carries the company's picture. */
export const LOGO_ID = "logo@holdpoint";

/** One message as people read it: a subject of one line, plain text, and the same in the company's dress. */
export function letterOf({ template, values, language, sender, button, test, logo }: LetterFacts): Letter {
  const subject = oneLine(filled(template.subject, plain(values)), 200);
  const text = template.typed ? typed(template.typed) : filled(template.body, plain(values));
  const words = frameWords(language);
  const label = template.label ?? filled(words.button[values.amount ? button : "open"], plain(values));
  const company = oneLine(sender.name);
  const foot = [sender.address, sender.phone, sender.email].flatMap((line) => (line ? [oneLine(line)] : []));
  const signed = [company, ...foot].join("\n");
  return {
    subject,
    text: `${test ? `${words.test}\n\n` : ""}${text}\n\n-- \n${signed}\n`,
    html: page({
      subject,
      text,
      language,
      company,
      foot,
      link: values.link ?? null,
      document: values.document ?? null,
      label,
      test: test ? words.test : null,
      logo,
    }),
  };
}

/** A name may hold line breaks and marks that reorder text; in a message it is one line of itself. */
function plain(values: PlaceholderValues): PlaceholderValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value ?? "", 400)]));
}

/** What a person typed, without marks that reorder or hide text. */
const typed = (text: string): string => text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, "").trim();

/** One of our colours, in both themes. */
const light = (name: keyof typeof COLOURS) => COLOURS[name][0];
const dark = (name: keyof typeof COLOURS) => COLOURS[name][1];

/** Mail programs know few style rules: everything that matters is written on the element, the dark theme is on top. */
function page(facts: {
  subject: string;
  text: string;
  language: Locale;
  company: string;
  foot: string[];
  link: string | null;
  document: string | null;
  label: string;
  test: string | null;
  logo: string | null;
}): string {
  const { company, link, document, label } = facts;
  const fonts = "-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif";
  // The paper's address begins with the page's.
  const addresses = [document, link].filter((address) => address !== null);
  const paragraphs = facts.text.split(/\n{2,}/).map((paragraph) => {
    if (link !== null && paragraph.trim() === link) return buttonOf(link, label, fonts);
    const lines = paragraph.split("\n").map((line) => named(line, document) ?? linked(line, addresses));
    return html`<p class="t" style="margin:0 0 16px;font:400 16px/24px ${fonts};color:${light("foreground")}">${new Html(
      lines.map(({ text }) => text).join("<br>"),
    )}</p>
`;
  });
  const head = facts.logo
    ? html`<img src="${facts.logo}" alt="${company}" height="40" style="display:block;height:40px;width:auto;max-width:220px;border:0">`
    : html`<strong class="t" style="font:600 18px/24px ${fonts};color:${light("foreground")}">${company}</strong>`;
  return html`<!doctype html>
<html lang="${facts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${facts.subject}</title>
<style>
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.b{background:${dark("background")}!important}
.c{background:${dark("surface")}!important;border-color:${dark("separator")}!important}
.t{color:${dark("foreground")}!important}
.m{color:${dark("muted")}!important}
.l{color:${dark("link")}!important}
.a{background:${dark("accent")}!important}
.w{background:${dark("warning-soft")}!important;color:${dark("warning-soft-foreground")}!important}
}
</style>
</head>
<body class="b" style="margin:0;padding:0;background:${light("background")}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="b" style="background:${light("background")}"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px">
${
  facts.test &&
  html`<tr><td class="w" style="padding:8px 24px;border-radius:6px;background:${light("warning-soft")};color:${light("warning-soft-foreground")};font:500 13px/18px ${fonts}">${facts.test}</td></tr>
<tr><td style="height:12px;line-height:12px">&nbsp;</td></tr>
`
}<tr><td class="c" style="padding:28px 24px 12px;background:${light("surface")};border:1px solid ${light("separator")};border-radius:6px">
<div style="margin:0 0 24px">${head}</div>
${paragraphs}</td></tr>
<tr><td class="m" style="padding:16px 24px 0;font:400 13px/18px ${fonts};color:${light("muted")}">${[company, ...facts.foot].map((line, at) => [at > 0 && new Html("<br>"), line])}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`.text;
}

const buttonOf = (link: string, label: string, fonts: string) =>
  html`<p style="margin:8px 0 24px"><a class="a" href="${link}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:${light("accent")};color:#ffffff;font:600 16px/20px ${fonts};text-decoration:none">${label}</a></p>
`;

/** `Receipt (PDF): https://…` is read as the words before the colon, and leads there. */
function named(line: string, address: string | null): Html | null {
  const words = address !== null && line.endsWith(`: ${address}`) ? line.slice(0, -address.length - 2).trim() : "";
  return words ? html`<a class="l" href="${address}" style="color:${light("link")}">${words}</a>` : null;
}

/** The addresses inside a sentence can be pressed; nothing else in a text ever can. */
function linked(line: string, [address, ...rest]: readonly string[]): Html {
  if (address === undefined) return new Html(escaped(line));
  const anchor = html`<a class="l" href="${address}" style="color:${light("link")}">${address}</a>`;
  const parts = line.split(address).map((part) => linked(part, rest).text);
  return new Html(parts.join(anchor.text));
}
