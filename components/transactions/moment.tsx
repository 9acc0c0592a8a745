import { useLocale, useTimeZone } from "next-intl";
import { formatDateTime, formatMoment } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";

/** A moment as plain HTML, for lists that carry no script for their rows. The whole truth on hover. */
export function Moment({ at, now }: { at: string; now: number }) {
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  return (
    <time className="num" dateTime={at} title={formatDateTime(at, { locale, zone })}>
      {formatMoment(at, { locale, zone, now })}
    </time>
  );
}
