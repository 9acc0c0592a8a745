import { REVIEW_REASONS } from "#lib/domain/payment";
import { PROVIDERS } from "#lib/domain/provider";
import type { Blocker, Fix } from "#lib/domain/refusal";
import { formatMoneyView, formatTimeOrMoment, type Instant } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import type { Namespace } from "./app-config.ts";

/** Every value a blocker's sentence may mention. Sentences choose by `none` where one is absent. */
const SLOTS = [
  "required",
  "covered",
  "missing",
  "total",
  "amount",
  "held",
  "asked",
  "reported",
  "provider",
  "reason",
  "operation",
  "expiresAt",
  "holdExpiresAt",
  "sentAt",
  "openedAt",
  "left",
  "kind",
  "askedAt",
  "role",
  "name",
] as const;

/** A translator of all namespaces: `useTranslations()` and `await getTranslations()` both are one. */
type Translate = (key: never, values?: never) => string;
type Place = { locale: Locale; zone: string; now: Instant };

export type BlockerText = {
  /** For a button's tooltip: what is not possible and why, in one sentence. */
  reason: string;
  /** For the gate panel, the FactBox and the API: the whole explanation, without the action in front. */
  explanation: string;
  /** Buttons that help, the first one foremost. */
  fixes: { fix: Fix; label: string }[];
};

/**
 * A blocker in words. The only place that writes a reason: tooltip, gate panel, FactBox, API and bulk report take it from here.
 * `extra` adds what only a screen knows, such as when the link was sent and opened.
 */
export function blockerText(
  translate: Translate,
  blocker: Blocker,
  place: Place,
  extra: Blocker["params"] = {},
): BlockerText {
  // Keys are put together from codes; messages.test.ts holds every code to its sentence.
  const say = (key: string, values?: Record<string, string>) => translate(key as never, values as never);
  const params: Blocker["params"] = {
    role: blocker.owner.role,
    ...(blocker.owner.name ? { name: blocker.owner.name } : {}),
    ...blocker.params,
    ...extra,
  };
  const values: Record<string, string> = { action: blocker.action };
  for (const slot of SLOTS) values[slot] = "none";
  for (const [name, value] of Object.entries(params)) values[name] = told(say, name, value, place);

  const clause = say(`blockers.${blocker.code}.clause`, values);
  const more = say(`blockers.${blocker.code}.more`, values).trim();
  const sentence = `${clause.charAt(0).toLocaleUpperCase(place.locale)}${clause.slice(1)}.`;
  return {
    reason: STANDS_ALONE.has(blocker.code) ? sentence : `${say("blockers.cannot", values)}: ${clause}.`,
    explanation: more ? `${sentence} ${more}` : sentence,
    fixes: blocker.fixes.map((fix) => ({ fix, label: say(`blockers.fix.${fix}`, values) })),
  };
}

/** Clauses that already say what is not possible: "Finalizing is done by Finance" needs no "Can’t finalize" in front. */
const STANDS_ALONE = new Set<Blocker["code"]>(["NOT_PERMITTED", "FINALIZE_TOO_MUCH"]);

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

function told(say: (key: string) => string, name: string, value: Blocker["params"][string], place: Place): string {
  if (typeof value === "object") return formatMoneyView(value, place.locale);
  const text = String(value);
  if (text === "") return "none";
  if (name === "provider" && (PROVIDERS as readonly string[]).includes(text)) return say(`states.provider.${text}`);
  if (name === "reason" && (REVIEW_REASONS as readonly string[]).includes(text))
    return lowerFirst(say(`states.reviewReason.${text}`), place.locale);
  // A provider's own sentence ends with its own full stop; ours follows.
  if (name === "reason") return text.replace(/\.\s*$/, "");
  return ISO_INSTANT.test(text) ? formatTimeOrMoment(text, place) : text;
}

const lowerFirst = (text: string, locale: Locale) => text.charAt(0).toLocaleLowerCase(locale) + text.slice(1);

/** The namespaces a client component needs for {@link blockerText}. */
export const BLOCKER_NAMESPACES = ["blockers", "states"] as const satisfies readonly Namespace[];
