import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { CompanyForm } from "#components/settings/company-form";
import { requireUser } from "#lib/auth/session";
import { zonesToChoose } from "#lib/contracts/zone";
import { readCompany } from "#lib/reads/company";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("company");
  return { title: t("title") };
}

/** Who sells: for customers' eyes, for paper, and for what new orders start with. */
export default async function CompanyPage() {
  const viewer = await requireUser("company:write");
  const company = await readCompany(viewer);
  return (
    <MessagesFor namespaces={["company", "services", "settings", "problems", "errors", "signIn", "blockers"]}>
      <CompanyForm company={company} zones={zonesToChoose(company.zone)} />
    </MessagesFor>
  );
}
