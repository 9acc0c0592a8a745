import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { ServiceFacts } from "#components/settings/service-facts";
import { ServiceForm } from "#components/settings/service-form";
import { ServicesFrame } from "#components/settings/services-frame";
import { requireUser } from "#lib/auth/session";
import { may } from "#lib/domain/roles";
import { readServices } from "#lib/reads/services";
import { SERVICE_FORM_NAMESPACES } from "../namespaces";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("services");
  return { title: t("title") };
}

/** One payment service beside the list: a form for those who may configure it, facts for everybody else. */
export default async function PaymentServicePage({ params }: { params: Promise<{ serviceId: string }> }) {
  const viewer = await requireUser("service:read");
  const { serviceId } = await params;
  const services = await readServices(viewer);
  const service = services.find(({ id }) => id === serviceId);
  if (!service) notFound();
  const mayWrite = may(viewer.role, "service:write");
  const elsewhere = services.find((other) => other.alwaysInclude && other.id !== service.id)?.name ?? null;
  return (
    <MessagesFor namespaces={SERVICE_FORM_NAMESPACES}>
      <ServicesFrame services={services} openId={service.id} mayAdd={mayWrite}>
        {mayWrite ? (
          <ServiceForm key={service.id} service={service} alwaysIncludedElsewhere={elsewhere} />
        ) : (
          <ServiceFacts service={service} />
        )}
      </ServicesFrame>
    </MessagesFor>
  );
}
