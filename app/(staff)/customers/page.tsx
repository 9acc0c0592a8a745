import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { CustomerList } from "#components/customers/customer-list";
import { MessagesFor } from "#components/messages-for";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import { customerListQuery } from "#lib/contracts/customers";
import { may } from "#lib/domain/roles";
import { pages } from "#lib/paths";
import { readCompany } from "#lib/reads/company";
import { BadCursor } from "#lib/reads/cursor";
import { readCustomers } from "#lib/reads/customers";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("customers");
  return { title: t("title") };
}

/** Customers, by name. */
export default async function CustomersPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser("customer:read");
  const { q, cursor } = await searchParams;
  // What an old or mangled address says wrongly is left out.
  const asked = customerListQuery.safeParse({ ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) });
  const query = asked.success ? asked.data : customerListQuery.parse({});
  const page = await readCustomers(query, viewer).catch((error: unknown) => {
    if (error instanceof BadCursor) redirect(pages.customers({ q: query.q }));
    throw error;
  });
  const { language, zone } = await readCompany(viewer);
  return (
    <MessagesFor namespaces={["customers", "problems", "errors", "signIn", "blockers", "states"]}>
      <CustomerList
        {...page}
        query={query}
        language={language}
        zone={zone}
        mayWrite={may(viewer.role, "customer:write")}
      />
    </MessagesFor>
  );
}
