import Link from "next/link";
import { useTranslations } from "next-intl";
import { EmptyState } from "#components/empty-state";
import { PageHead } from "#components/page-head";
import { pages } from "#lib/paths";

/** A record that is not there, or that the person's role has no business with: the frame stays. */
export default function NotFound() {
  const t = useTranslations("errors");
  return (
    <>
      <PageHead title={t("notFoundTitle")} barTitle="Holdpoint" />
      <EmptyState
        title={t("notFoundMore")}
        action={
          <Link className="button button--outline" href={pages.home()}>
            {t("home")}
          </Link>
        }
      />
    </>
  );
}
