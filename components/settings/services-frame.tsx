import { ChevronLeft, Plus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { ServiceView } from "#lib/contracts/services";
import { pages } from "#lib/paths";
import { ServiceList } from "./service-list";

/**
 * The list of services beside the one that is open. Where there is no room for both, the list is its own page and the open one
 * leads back to it.
 */
export function ServicesFrame({
  services,
  openId,
  mayAdd,
  children,
}: {
  services: readonly ServiceView[];
  openId: string | "new" | null;
  mayAdd: boolean;
  children?: ReactNode;
}) {
  const t = useTranslations("services");
  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[19rem_minmax(0,1fr)]">
      <section
        aria-label={t("list")}
        className={`border-border lg:sticky lg:top-0 lg:block lg:h-dvh lg:overflow-y-auto lg:border-e ${openId === null ? "" : "hidden"}`}
      >
        <ServiceListHead mayAdd={mayAdd} isTitle={openId === null} />
        <ServiceList services={services} openId={openId} />
      </section>
      {/* Beside the list, the way back to it is the list. */}
      <div className={`min-w-0 lg:[&_.page-head-back]:hidden ${openId === null ? "hidden lg:block" : ""}`}>
        {children}
      </div>
    </div>
  );
}

function ServiceListHead({ mayAdd, isTitle }: { mayAdd: boolean; isTitle: boolean }) {
  const t = useTranslations("services");
  const settings = useTranslations("settings");
  const Heading = isTitle ? "h1" : "h2";
  return (
    <>
      {isTitle && (
        <div className="bar-title" aria-hidden="true">
          {t("title")}
        </div>
      )}
      <div className="flex min-h-14 items-center justify-between gap-2 border-b border-border px-4 lg:px-5">
        <Link
          className="button button--ghost button--icon-only -ms-2.5"
          href={pages.settings()}
          aria-label={settings("back")}
        >
          <ChevronLeft aria-hidden="true" />
        </Link>
        <Heading className="flex-1 text-md font-semibold">{t("title")}</Heading>
        {mayAdd && (
          <Link
            className="button button--outline button--sm"
            href={pages.newPaymentService()}
            aria-label={t("addService")}
          >
            <Plus aria-hidden="true" />
            {t("add")}
          </Link>
        )}
      </div>
    </>
  );
}
