import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { PageHead } from "#components/page-head";
import { requireUser } from "#lib/auth/session";
import { may } from "#lib/domain/roles";
import { pages } from "#lib/paths";
import { readServices } from "#lib/reads/services";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: t("title") };
}

/** What can be set up here, with a sentence each. */
export default async function SettingsPage() {
  const viewer = await requireUser("service:read");
  const [t, services] = await Promise.all([getTranslations("settings"), readServices(viewer)]);
  const on = services.filter((service) => service.enabled).length;
  return (
    <>
      <PageHead title={t("title")} />
      <nav aria-label={t("sections")}>
        <ul className="border-t border-border">
          <Section href={pages.notifications()} name={t("notifications")} hint={t("notificationsHint")} note={null} />
          <Section
            href={may(viewer.role, "company:write") ? pages.company() : null}
            name={t("company")}
            hint={t("companyHint")}
            note={may(viewer.role, "company:write") ? null : t("adminsOnly")}
          />
          <Section
            href={pages.paymentServices()}
            name={t("paymentServices")}
            hint={t("paymentServicesHint")}
            note={t("paymentServicesCount", { on, all: services.length })}
          />
          <Section
            href={may(viewer.role, "message_settings:read") ? pages.messageSettings() : null}
            name={t("messages")}
            hint={t("messagesHint")}
            note={may(viewer.role, "message_settings:read") ? null : t("adminsOnly")}
          />
          <Section
            href={may(viewer.role, "job:read") ? pages.managePaymentLinks() : null}
            name={t("managePaymentLinks")}
            hint={t("managePaymentLinksHint")}
            note={may(viewer.role, "job:read") ? null : t("adminsOnly")}
          />
          <Section
            href={may(viewer.role, "audit:read") ? pages.audit() : null}
            name={t("audit")}
            hint={t("auditHint")}
            note={may(viewer.role, "audit:read") ? null : t("adminsOnly")}
          />
        </ul>
      </nav>
    </>
  );
}

function Section({ href, name, hint, note }: { href: string | null; name: string; hint: string; note: string | null }) {
  const body = (
    <>
      <span className="min-w-0 flex-1">
        <span className={href ? "block font-medium" : "block font-medium text-muted"}>{name}</span>
        <span className="block text-muted">{hint}</span>
      </span>
      {note && <span className="flex-none text-xs text-muted">{note}</span>}
      {href && <ChevronRight className="icon text-muted" aria-hidden="true" />}
    </>
  );
  const look = "flex items-center gap-4 px-4 py-3 lg:px-6";
  return (
    <li className="border-b border-separator">
      {href ? (
        <Link className={`${look} -outline-offset-2 hover:bg-surface-hover`} href={href}>
          {body}
        </Link>
      ) : (
        <div className={look}>{body}</div>
      )}
    </li>
  );
}
