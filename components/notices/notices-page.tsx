"use client";
import { CheckCheck, CircleCheck } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { CatalogPager } from "#components/customers/catalog-pager";
import { EmptyState } from "#components/empty-state";
import { tellUnread } from "#components/frame/unread";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { asProblem } from "#lib/api/http";
import { sendAllRead, sendRead } from "#lib/api/notices";
import type { NoticeListPage, NoticeListQuery, NoticeView } from "#lib/contracts/notices";
import type { Problem } from "#lib/contracts/problem";
import { pages } from "#lib/paths";
import { NoticeRows } from "./notice-rows";

/** Everything the person was told. */
export function NoticesPage({ page, query }: { page: NoticeListPage; query: NoticeListQuery }) {
  const t = useTranslations("notices");
  const router = useRouter();
  const [problem, setProblem] = useState<Problem | null>(null);
  const unreadOnly = query.state === "unread";
  const here = unreadOnly ? { state: query.state } : {};

  const readAll = async () => {
    const [newest] = page.rows;
    if (!newest) return;
    setProblem(null);
    try {
      tellUnread((await sendAllRead(newest.id)).unread);
      router.refresh();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const open = (notice: NoticeView) => {
    if (notice.readAt === null)
      sendRead([notice.id]).then(
        ({ unread }) => tellUnread(unread),
        () => {},
      );
  };
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          <>
            <ActionButton
              label={t("readAll")}
              icon={<CheckCheck aria-hidden="true" />}
              disabledReason={page.unread === 0 ? t("nothingUnread") : null}
              onPress={readAll}
            />
            <Link className="button button--outline" href={pages.notifications()} prefetch={false}>
              {t("choose")}
            </Link>
          </>
        }
      />
      <nav className="orders-views" aria-label={t("views")}>
        <Link href={pages.notices()} prefetch={false} aria-current={unreadOnly ? undefined : "page"}>
          {t("view.all")}
        </Link>
        <Link href={pages.notices({ state: "unread" })} prefetch={false} aria-current={unreadOnly ? "page" : undefined}>
          {t("view.unread")} <span>{page.unread}</span>
        </Link>
      </nav>
      {problem && <ProblemLine what={t("readFailed")} problem={problem} />}
      {page.rows.length > 0 ? (
        <NoticeRows rows={page.rows} onOpen={open} />
      ) : (
        <EmptyState
          title={t(unreadOnly ? "nothingUnread" : "empty")}
          icon={<CircleCheck className="icon" aria-hidden="true" />}
        >
          {t("emptyMore")}
        </EmptyState>
      )}
      <CatalogPager
        label={t("pages")}
        first={query.cursor ? { href: pages.notices(here), label: t("firstPage") } : null}
        next={
          page.nextCursor ? { href: pages.notices({ ...here, cursor: page.nextCursor }), label: t("nextPage") } : null
        }
      />
    </>
  );
}
