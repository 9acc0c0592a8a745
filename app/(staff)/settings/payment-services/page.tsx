import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/empty-state";
import { MessagesFor } from "#components/messages-for";
import { ServicesFrame } from "#components/settings/services-frame";
import { requireUser } from "#lib/auth/session";
import { may } from "#lib/domain/roles";
import { pages } from "#lib/paths";
import { readServices } from "#lib/reads/services";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("services");
  return { title: t("title") };
}

/** The list of payment services; where there is room, it says that one can be opened beside it. */
export default async function PaymentServicesPage() {
  const viewer = await requireUser("service:read");
  const [t, empty, services] = await Promise.all([
    getTranslations("services"),
    getTranslations("empty"),
    readServices(viewer),
  ]);
  const mayAdd = may(viewer.role, "service:write");
  if (services.length > 0)
    return (
      <MessagesFor namespaces={[]}>
        <ServicesFrame services={services} openId={null} mayAdd={mayAdd}>
          <p className="p-6 text-muted">{mayAdd ? t("choose") : t("readOnly")}</p>
        </ServicesFrame>
      </MessagesFor>
    );
  return (
    <ServicesFrame services={services} openId={null} mayAdd={mayAdd}>
      <EmptyState
        title={empty("services")}
        action={
          mayAdd && (
            <Link className="button button--primary" href={pages.newPaymentService()}>
              {t("addService")}
            </Link>
          )
        }
      >
        {mayAdd ? t("emptyMore") : t("emptyAsk")}
      </EmptyState>
    </ServicesFrame>
  );
}
