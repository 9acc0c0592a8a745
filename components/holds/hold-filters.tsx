"use client";
import Link from "next/link";
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { Money } from "#components/money";
import { useNow } from "#components/time";
import type { HoldListPage, HoldListQuery } from "#lib/contracts/holds";
import { formatDay } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { holdsHref } from "./hold-table";

const start = (query: HoldListQuery) => ({ ...query, cursor: undefined });

/** Which service's holds; nothing to choose where there is one. */
export function HoldServices({ page, query }: { page: HoldListPage; query: HoldListQuery }) {
  const t = useTranslations("holds");
  if (page.services.length < 2 && !query.serviceId) return null;
  const all = page.services.reduce((sum, { count }) => sum + count, 0);
  const one = (serviceId: HoldListQuery["serviceId"], name: string, count: number) => (
    <Link
      key={serviceId ?? "all"}
      href={holdsHref({ ...start(query), day: undefined, serviceId })}
      prefetch={false}
      aria-current={query.serviceId === serviceId ? "page" : undefined}
    >
      {name} <span>{count}</span>
    </Link>
  );
  return (
    <nav className="orders-views" aria-label={t("services")}>
      {one(undefined, t("allServices"), all)}
      {page.services.map(({ id, name, count }) => one(id as HoldListQuery["serviceId"], name, count))}
    </nav>
  );
}

/** How much ends on which day; a day is also a filter, and pressing it again lets go of it. */
export function HoldDays({ page, query }: { page: HoldListPage; query: HoldListQuery }) {
  const t = useTranslations("holds");
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const now = useNow(0);
  const days = [...new Set(page.days.map(({ day }) => day))];
  if (days.length === 0) return null;
  return (
    <nav className="holds-days" aria-label={t("days")}>
      {days.map((day) => {
        const sums = page.days.filter((one) => one.day === day);
        const count = sums.reduce((sum, one) => sum + one.count, 0);
        const current = day !== null && query.day === day;
        const inside = (
          <>
            <span>{day === null ? t("noEnd") : formatDay(`${day}T12:00:00Z`, { locale, zone, now })}</span>
            <b>
              {sums.map(({ sum }) => (
                <Money key={sum.currency} value={sum} />
              ))}
            </b>
            <small>{t("count", { count })}</small>
          </>
        );
        return day === null ? (
          <span key="none">{inside}</span>
        ) : (
          <Link
            key={day}
            href={holdsHref({ ...start(query), day: current ? undefined : day })}
            prefetch={false}
            aria-current={current ? "true" : undefined}
          >
            {inside}
          </Link>
        );
      })}
    </nav>
  );
}
