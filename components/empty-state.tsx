import type { ReactNode } from "react";

/** Nothing to show, and why: first run, hidden by filters, or all done. `icon` only for the happy kind. */
export function EmptyState({
  title,
  children,
  action,
  icon,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <div className="empty">
      <p className="empty-title">
        {icon}
        <span>{title}</span>
      </p>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
