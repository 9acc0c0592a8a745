"use client";
import Link from "next/link";
import { NextIntlClientProvider, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { ClientSetting } from "#components/client-setting";
import { tellUnread } from "#components/frame/unread";
import { pageZone } from "#components/page-zone";
import { readNotices, sendAllRead, sendRead } from "#lib/api/notices";
import type { NoticeListPage, NoticeView } from "#lib/contracts/notices";
import type { Locale } from "#lib/i18n/locale";
import { pages } from "#lib/paths";
import { NoticeRows } from "./notice-rows";

const SHOWN = 12;

const SENTENCES = {
  en: () => import("../../lib/i18n/messages/en.json"),
  uk: () => import("../../lib/i18n/messages/uk.json"),
};

/** The panel under the bell with its own sentences: the frame puts none into every page. */
export async function loadNoticePanel(locale: Locale) {
  const { default: messages } = await SENTENCES[locale]();
  function Panel({ close }: { close: () => void }) {
    return (
      <NextIntlClientProvider locale={locale} timeZone={pageZone()} messages={messages}>
        <ClientSetting locale={locale} now={Date.now()}>
          <NoticePanel close={close} />
        </ClientSetting>
      </NextIntlClientProvider>
    );
  }
  return { default: Panel };
}

/** The latest notices. Following one marks it read; so does the button, for all that are on the list. */
function NoticePanel({ close }: { close: () => void }) {
  const t = useTranslations("notices");
  const [page, setPage] = useState<NoticeListPage | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    readNotices({ limit: SHOWN }).then(
      (read) => {
        if (gone) return;
        setPage(read);
        tellUnread(read.unread);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, []);
  const open = (notice: NoticeView) => {
    close();
    document.getElementById("menu")?.hidePopover();
    if (notice.readAt === null)
      sendRead([notice.id]).then(
        ({ unread }) => tellUnread(unread),
        () => {},
      );
  };
  const readAll = async () => {
    const [newest] = page?.rows ?? [];
    if (!newest || !page) return;
    try {
      const { unread } = await sendAllRead(newest.id);
      tellUnread(unread);
      const readAt = new Date().toISOString();
      setPage({ ...page, unread, rows: page.rows.map((row) => ({ ...row, readAt: row.readAt ?? readAt })) });
    } catch {
      setFailed(true);
    }
  };
  const leave = () => {
    close();
    document.getElementById("menu")?.hidePopover();
  };
  return (
    <>
      <div className="bell-head">
        <h2>{t("title")}</h2>
        {page && page.unread > 0 && (
          <button type="button" onClick={() => void readAll()}>
            {t("readAll")}
          </button>
        )}
      </div>
      {failed && (
        <p className="bell-note" role="alert">
          {t("failed")}
        </p>
      )}
      {page &&
        (page.rows.length > 0 ? (
          <NoticeRows rows={page.rows} onOpen={open} />
        ) : (
          <p className="bell-note">{t("empty")}</p>
        ))}
      <div className="bell-foot">
        <Link href={pages.notices()} onClick={leave} prefetch={false}>
          {t("all")}
        </Link>
        <Link href={pages.notifications()} onClick={leave} prefetch={false}>
          {t("choose")}
        </Link>
      </div>
    </>
  );
}
