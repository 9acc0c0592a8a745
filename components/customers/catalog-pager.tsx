import Link from "next/link";

/** Where the list goes on, and where it starts; the browser's Back knows the way between. */
export function CatalogPager({
  label,
  first,
  next,
}: {
  label: string;
  first: { href: string; label: string } | null;
  next: { href: string; label: string } | null;
}) {
  if (!first && !next) return null;
  return (
    <nav className="orders-pager no-print" aria-label={label}>
      {[first, next].map(
        (page) =>
          page && (
            <Link key={page.href} className="button button--outline" href={page.href} prefetch={false}>
              {page.label}
            </Link>
          ),
      )}
    </nav>
  );
}
