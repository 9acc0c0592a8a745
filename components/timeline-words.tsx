import { useLocale, useTimeZone, useTranslations } from "next-intl";
import type { TimelineEntry } from "#lib/contracts/orders";
import { PAYMENT_STATES } from "#lib/domain/payment";
import { calendarDay, formatMoment, formatMoneyView, formatTimeOrMoment } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { useNow } from "./time";

type Param = TimelineEntry["params"][string];

/** Every value a sentence may mention; sentences choose by `none` where one is absent. */
const SLOTS = [
  "amount",
  "service",
  "attempt",
  "expiresAt",
  "replaces",
  "code",
  "message",
  "confirmed",
  "by",
  "channel",
  "recipient",
  "card",
  "holdExpiresAt",
  "of",
  "fee",
  "reason",
  "asked",
  "reported",
  "status",
  "number",
  "quantity",
  "total",
  "fields",
  "resolution",
  "note",
  "order",
  "until",
  "hours",
  "kind",
  "method",
  "reference",
] as const;

/** What these say about the gate is one of its blockers. */
const CLOSING: ReadonlySet<string> = new Set(["gate.closed", "order.status_back"]);

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/**
 * An entry of the timeline in words: the sentence, a quiet second line, and who or what told us. A kind without a sentence is
 * shown as it came, with its values: nothing that happened is hidden.
 */
export function useTimelineWords(entry: TimelineEntry): { sentence: string; more: string; source: string } {
  const t = useTranslations();
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const now = useNow(Date.parse(entry.at));
  const say = t as unknown as ((key: string, values?: Record<string, string>) => string) & {
    has: (key: string) => boolean;
  };

  const known = (key: string) => (say.has(key) ? say(key) : null);
  const told = (name: string, value: Param): string => {
    if (value === null || value === "") return "none";
    if (typeof value === "object") return formatMoneyView(value, locale);
    const text = String(value);
    if (name === "card") return `•••• ${text.replace(/\D/g, "").slice(-4)}`;
    if (name === "reason" && entry.kind === "payment.review")
      return lowered(known(`states.reviewReason.${text}`) ?? text);
    if (name === "status" && (PAYMENT_STATES as readonly string[]).includes(text))
      return lowered(say(`states.payment.${text}`));
    if (name === "fields")
      return text
        .split(/,\s*/)
        .map((field) => known(`timeline.field.${field}`) ?? field)
        .join(", ");
    if (name === "method") return lowered(known(`states.offlineKind.${text}`) ?? text);
    if (name === "code" && CLOSING.has(entry.kind)) return lowered(known(`timeline.gate.${text}`) ?? text);
    if (name === "message" || name === "reason") return text.replace(/\.\s*$/, "");
    if (!ISO_INSTANT.test(text)) return text;
    // Under the heading of another day, a time alone would be read as that day's.
    const bare = calendarDay(entry.at, zone) === calendarDay(now, zone);
    return (bare ? formatTimeOrMoment : formatMoment)(text, { locale, zone, now });
  };
  const lowered = (text: string) => text.charAt(0).toLocaleLowerCase(locale) + text.slice(1);

  const values: Record<string, string> = {};
  for (const slot of SLOTS) values[slot] = "none";
  for (const [name, value] of Object.entries(entry.params)) values[name] = told(name, value);

  const source = say(`timeline.source.${entry.source}`);
  const who =
    entry.source === "person" ? (entry.actorName ?? source) : [source, entry.actorName].filter(Boolean).join(" · ");

  const key = `timeline.said.${entry.kind}`;
  if (!say.has(key)) {
    const given = Object.entries(entry.params).map(([name, value]) => `${name}: ${told(name, value)}`);
    return { sentence: entry.kind, more: [say("timeline.unknownKind"), ...given].join(" "), source: who };
  }
  const more = (MORE[entry.kind] ?? []).flatMap(([name, slot]) =>
    values[slot] === "none" || (name === "askedReported" && values.asked === values.reported)
      ? []
      : [say(`timeline.more.${name}`, values)],
  );
  return { sentence: say(key, values), more: more.join(", "), source: who };
}

/** The quiet second line of a kind: message name and the value without which it is not said. */
const MORE: Record<string, readonly (readonly [name: string, slot: (typeof SLOTS)[number]])[]> = {
  "link.requested": [["attempt", "attempt"]],
  "link.created": [
    ["attempt", "attempt"],
    ["validUntil", "expiresAt"],
    ["replaces", "replaces"],
  ],
  "link.refused": [["code", "code"]],
  "link.cancelled": [["attempt", "attempt"]],
  "link.expired": [["attempt", "attempt"]],
  "link.replaced": [["attempt", "attempt"]],
  "payment.held": [["holdEnds", "holdExpiresAt"]],
  "payment.captured": [["fee", "fee"]],
  "payment.failed": [["code", "code"]],
  "payment.review": [["askedReported", "asked"]],
  "payment.deleted": [["attempt", "attempt"]],
  "message.delayed": [["serverSaid", "message"]],
  "message.bounced": [["serverSaid", "message"]],
  "finalize.refused": [["code", "code"]],
  "release_hold.refused": [["code", "code"]],
};
