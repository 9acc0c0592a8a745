import "./audit.css";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AuditPage } from "#components/audit/audit-page";
import { MessagesFor } from "#components/messages-for";
import { QueryProvider } from "#components/query-provider";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import { auditExportQuery, auditListQuery } from "#lib/contracts/audit";
import { pages } from "#lib/paths";
import { readAudit, readAuditPeople } from "#lib/reads/audit";
import { BadCursor } from "#lib/reads/cursor";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("audit");
  return { title: t("title") };
}

/** Who changed what, when, from what to what, and why. Every look at it is an address. */
export default async function AuditLogPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser("audit:read");
  // An empty field of the form is no filter; what an old or mangled address says wrongly is left out.
  const told = Object.entries(await searchParams).filter(([, value]) => typeof value === "string" && value !== "");
  const asked = auditListQuery.safeParse(Object.fromEntries(told));
  const query = asked.success ? asked.data : auditListQuery.parse({});
  const { limit: _limit, cursor: _cursor, ...rest } = query;
  const filters = auditExportQuery.parse(rest);
  const [page, people] = await Promise.all([
    readAudit(query, viewer).catch((error: unknown) => {
      if (error instanceof BadCursor) redirect(pages.audit(filters));
      throw error;
    }),
    readAuditPeople(viewer),
  ]);
  return (
    <MessagesFor namespaces={["audit", "settings", "problems", "errors", "signIn", "blockers", "states"]}>
      <QueryProvider>
        <AuditPage
          page={page}
          filters={filters}
          isLater={query.cursor !== undefined}
          people={people}
          wrong={!asked.success}
        />
      </QueryProvider>
    </MessagesFor>
  );
}
