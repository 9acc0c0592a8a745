import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

/**
 * The top of a page: title, what belongs to it, pills, actions. On a phone the bar shows the title, and this head stands under
 * it without a second copy for screen readers.
 */
export function PageHead({
  title,
  sub,
  pills,
  actions,
  back,
  barTitle = title,
  hideOnPhone = false,
}: {
  title: string;
  sub?: ReactNode;
  pills?: ReactNode;
  actions?: ReactNode;
  back?: { href: string; label: string };
  /** What the phone's bar says where the title is long or an amount. */
  barTitle?: string;
  /** The bar's title is enough: lists without actions of their own on a phone. */
  hideOnPhone?: boolean;
}) {
  return (
    <>
      <div className="bar-title" aria-hidden="true">
        {barTitle}
      </div>
      <header className={hideOnPhone ? "page-head page-head-wide" : "page-head"}>
        {back && (
          <Link
            className="button button--ghost button--icon-only page-head-back"
            href={back.href}
            aria-label={back.label}
          >
            <ChevronLeft aria-hidden="true" />
          </Link>
        )}
        <div className="page-head-title">
          <h1>{title}</h1>
          {sub && <span className="page-head-sub">{sub}</span>}
          {pills && <span className="page-head-pills">{pills}</span>}
        </div>
        {actions && <div className="page-head-actions">{actions}</div>}
      </header>
    </>
  );
}
