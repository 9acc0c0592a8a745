"use client";
import "./approvals.css";
import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { CatalogPager } from "#components/customers/catalog-pager";
import { EmptyState } from "#components/empty-state";
import { ReceiptRow } from "#components/offline/receipt-row";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { APPROVAL_VIEWS, type ApprovalsPage, type ApprovalsQuery } from "#lib/contracts/approvals";
import { pages } from "#lib/paths";
import { useTwoPeople } from "./use-two-people";
import { WaiverRow } from "./waiver-row";

/** What takes two people, what waits on top. Which view, and which page of it, is an address. */
export function Approvals({ page, query: { view, cursor } }: { page: ApprovalsPage; query: ApprovalsQuery }) {
  const t = useTranslations("approvals");
  const router = useRouter();
  const commands = useTwoPeople<unknown>(router.refresh, router.refresh);
  const { waivers, receipts, nextCursor, waiting } = page;
  const rows = waivers.length + receipts.length;
  return (
    <>
      <PageHead title={t("title")} hideOnPhone />
      <nav className="orders-views" aria-label={t("views")}>
        {APPROVAL_VIEWS.map((one) => (
          <Link
            key={one}
            href={pages.approvals(one === "waiting" ? {} : { view: one })}
            prefetch={false}
            aria-current={one === view ? "page" : undefined}
          >
            {t(`view.${one}`)}
            {one === "waiting" && <span>{waiting}</span>}
          </Link>
        ))}
      </nav>
      {commands.problem && <ProblemLine what={t("failed")} problem={commands.problem} />}
      {rows === 0 ? (
        <EmptyState
          title={t(`empty.${view}`)}
          icon={view === "waiting" ? <CircleCheck className="icon" aria-hidden="true" /> : undefined}
        >
          {t(`emptyMore.${view}`)}
        </EmptyState>
      ) : (
        <ul className="approvals">
          {waivers.map((waiver) => (
            <WaiverRow key={waiver.id} waiver={waiver} commands={commands} />
          ))}
          {receipts.map((receipt) => (
            <ReceiptRow key={receipt.id} receipt={receipt} commands={commands} />
          ))}
        </ul>
      )}
      <CatalogPager
        label={t("pages")}
        first={cursor ? { href: pages.approvals({ view }), label: t("firstPage") } : null}
        next={nextCursor ? { href: pages.approvals({ view, cursor: nextCursor }), label: t("nextPage") } : null}
      />
    </>
  );
}
