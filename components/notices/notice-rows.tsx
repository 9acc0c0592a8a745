"use client";
import Link from "next/link";
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { Time, useNow } from "#components/time";
import type { NoticeView } from "#lib/contracts/notices";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { noticeHref, noticeText } from "#lib/i18n/notice-text";

/** Notices as sentences that lead to what they are about. `onOpen` hears of each that is followed. */
export function NoticeRows({ rows, onOpen }: { rows: readonly NoticeView[]; onOpen: (notice: NoticeView) => void }) {
  const t = useTranslations("notices");
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const now = useNow(0);
  return (
    <ul className="notices">
      {rows.map((notice) => (
        <li key={notice.id} data-unread={notice.readAt === null || undefined}>
          <Link href={noticeHref(notice)} prefetch={false} onClick={() => onOpen(notice)}>
            {notice.readAt === null && <span className="unseen">{t("new")} </span>}
            {noticeText(t, notice, { locale, zone, now })}
          </Link>
          <small>
            {[notice.orderNumber, notice.customerName].map((name) => name && `${name} · `)}
            <Time at={notice.createdAt} form="relative" precision={1} />
          </small>
        </li>
      ))}
    </ul>
  );
}
