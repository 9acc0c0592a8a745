import { createTranslator } from "use-intl/core";
import type { MessageParams } from "#db/queries/messages";
import { formatLongDate, formatMoneyView, formatTime } from "#lib/format";
import { COMPANY_ZONE, type Locale } from "#lib/i18n/locale";
import en from "../i18n/messages/en.json" with { type: "json" };
import uk from "../i18n/messages/uk.json" with { type: "json" };
import type { Template } from "./words.ts";

type Say = ((key: string, values?: Record<string, string>) => string) & { has: (key: string) => boolean };
const translators = {
  en: createTranslator({ locale: "en", messages: en, timeZone: COMPANY_ZONE }) as unknown as Say,
  uk: createTranslator({ locale: "uk", messages: uk, timeZone: COMPANY_ZONE }) as unknown as Say,
};
const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** What a member of staff is told by e-mail: the sentence that stands under the bell, and the way to what it is about. */
export function staffTemplate(params: MessageParams, order: string | null, language: Locale, zone: string): Template {
  const say = translators[language];
  const values: Record<string, string> = Object.fromEntries(SLOTS.map((slot) => [slot, "none"]));
  if (order) values.order = order;
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === "") continue;
    if (typeof value === "object") values[name] = formatMoneyView(value, language);
    else if (typeof value === "string" && ISO_INSTANT.test(value))
      values[name] = `${formatLongDate(value, { locale: language, zone })}, ${formatTime(value, { zone })}`;
    else values[name] = String(value);
  }
  const key = `notices.said.${params.notice}`;
  const sentence = say.has(key) ? say(key, values) : say("mail.staff.sentence", values);
  return { subject: order ? `${order}: ${sentence}` : sentence, body: `${sentence}\n\n{link}` };
}

/** Every value a notice may mention; sentences choose by `none` where one is absent. */
const SLOTS = [
  "order",
  "amount",
  "how",
  "attempt",
  "service",
  "message",
  "reason",
  "until",
  "left",
  "hours",
  "name",
  "customer",
  "number",
  "about",
  "by",
  "recipient",
];
