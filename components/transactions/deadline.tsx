import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { formatCountdown, formatDateTime } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";

const HOUR_MS = 3_600_000;

/**
 * When a link or a hold runs out, relative, the whole truth on hover. Red when less than an hour is left, or none. `now` is the
 * moment the list was read.
 */
export function Deadline({ kind, at, now }: { kind: "link" | "hold"; at: string; now: number }) {
  const t = useTranslations("transactions");
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const left = Date.parse(at) - now;
  const when = formatCountdown(at, now, locale, 1);
  const name = left > 0 ? (`${kind}Ends` as const) : (`${kind}Ended` as const);
  return (
    <time
      className={left < HOUR_MS ? "num font-medium text-danger-soft-foreground" : "num"}
      dateTime={at}
      title={formatDateTime(at, { locale, zone })}
    >
      {t(name, { when })}
    </time>
  );
}
