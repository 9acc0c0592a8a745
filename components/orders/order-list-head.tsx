import Link from "next/link";
import { useTranslations } from "next-intl";
import { PageHead } from "#components/page-head";
import { pages } from "#lib/paths";

/** Title and the one filled button of the list. On a phone the bar above the sheet has both. */
export function OrderListHead({ mayCreate }: { mayCreate: boolean }) {
  const t = useTranslations("orders");
  return (
    <PageHead
      title={t("title")}
      hideOnPhone
      actions={
        mayCreate && (
          <Link className="button button--primary" href={pages.newOrder()} aria-keyshortcuts="C">
            <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
              <path d="M5 12h14M12 5v14" />
            </svg>
            {t("newOrder")}
            {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a kbd takes no focus */}
            <kbd className="kbd-hint" aria-hidden="true">
              C
            </kbd>
          </Link>
        )
      }
    />
  );
}
