import Link from "next/link";
import { usePathname } from "next/navigation";
import { FrameIcon, type FrameIconName } from "./frame-icon";

export type NavLink = {
  href: string;
  icon: FrameIconName;
  label: string;
  /** The part of the site it stands for, where that is wider than its own address. */
  under?: string;
  /** How much waits there, with the words that say so; nothing is shown for none. */
  waiting?: { count: string; label: string } | null;
};

/** The main navigation. On the rail the names are tooltips of their icons. */
export function NavLinks({ label, links }: { label: string; links: readonly NavLink[] }) {
  const path = usePathname();
  return (
    <nav className="side-nav" aria-label={label}>
      {links.map(({ href, icon, label: name, under = href, waiting }) => {
        const here = path === under || path.startsWith(`${under}/`);
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? (path === href ? "page" : "true") : undefined}
            data-tip={waiting ? `${name}: ${waiting.label}` : name}
            data-tip-side="end"
            // The menu of a narrow screen closes when somebody goes somewhere.
            onClick={() => document.getElementById("menu")?.hidePopover()}
          >
            <FrameIcon name={icon} />
            <span data-tip-label="">{name}</span>
            {waiting && (
              <span className="side-count">
                <span aria-hidden="true">{waiting.count}</span>
                <span className="unseen">{waiting.label}</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}
