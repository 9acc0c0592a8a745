import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { NewServiceForm } from "#components/settings/new-service-form";
import { ServicesFrame } from "#components/settings/services-frame";
import { requireUser } from "#lib/auth/session";
import { readProviderKinds, readServices } from "#lib/reads/services";
import { SERVICE_FORM_NAMESPACES } from "../namespaces";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("services");
  return { title: t("new") };
}

/** A new payment service. For those who may set one up; for everybody else there is nothing at this address. */
export default async function NewPaymentServicePage() {
  const viewer = await requireUser("service:write");
  const services = await readServices(viewer);
  return (
    <MessagesFor namespaces={SERVICE_FORM_NAMESPACES}>
      <ServicesFrame services={services} openId="new" mayAdd>
        <NewServiceForm
          kinds={readProviderKinds()}
          alwaysIncludedElsewhere={services.find((service) => service.alwaysInclude)?.name ?? null}
        />
      </ServicesFrame>
    </MessagesFor>
  );
}
