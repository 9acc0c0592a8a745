import { CircleHelp, Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { CatalogPager } from "#components/customers/catalog-pager";
import { EmptyState } from "#components/empty-state";
import { MessageLine } from "#components/message-line";
import { PageHead } from "#components/page-head";
import type { AuditExportQuery, AuditListPage } from "#lib/contracts/audit";
import { api, pages } from "#lib/paths";
import { AuditFilters } from "./audit-filters";
import { AuditRows } from "./audit-rows";
import { VerifyAudit } from "./verify-audit";

/** The audit log: filters as a plain form, rows that open to their change, and whether anybody tampered with it. */
export function AuditPage({
  page: { rows, nextCursor },
  filters,
  isLater,
  people,
  wrong,
}: {
  page: AuditListPage;
  filters: AuditExportQuery;
  /** Not the first page. */
  isLater: boolean;
  people: readonly { id: string; name: string }[];
  /** The address asked for something that is no filter. */
  wrong: boolean;
}) {
  const t = useTranslations("audit");
  const settings = useTranslations("settings");
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <PageHead
        title={t("title")}
        back={{ href: pages.settings(), label: settings("back") }}
        actions={
          <a className="button button--outline" href={api.auditExport(filters)} download>
            <Download aria-hidden="true" /> {t("export")}
          </a>
        }
      />
      <div className="audit-top">
        <p className="max-w-prose text-muted">{t("what")}</p>
        <VerifyAudit />
      </div>
      <AuditFilters filters={filters} people={people} />
      {wrong && <MessageLine icon={<CircleHelp className="icon" aria-hidden="true" />} title={t("wrongFilter")} />}
      {rows.length === 0 ? (
        <EmptyState title={t(isFiltered ? "nothingFound" : "empty")}>
          {t(isFiltered ? "nothingFoundMore" : "emptyMore")}
        </EmptyState>
      ) : (
        <AuditRows rows={rows} />
      )}
      <CatalogPager
        label={t("pages")}
        first={isLater ? { href: pages.audit(filters), label: t("firstPage") } : null}
        next={nextCursor ? { href: pages.audit({ ...filters, cursor: nextCursor }), label: t("nextPage") } : null}
      />
    </>
  );
}
