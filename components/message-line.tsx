import type { ReactNode } from "react";

/**
 * Something is not normal: what happened in bold, what it means in quiet text, one button that helps. Stays on the page for as
 * long as it is so; `live` reads it out when it appears.
 */
export function MessageLine({
  icon,
  title,
  children,
  action,
  tone = "plain",
  live = "off",
}: {
  icon: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  tone?: "plain" | "bad" | "good";
  live?: "off" | "polite" | "assertive";
}) {
  return (
    <div
      className={tone === "plain" ? "message" : `message message-${tone}`}
      role={live === "off" ? undefined : live === "polite" ? "status" : "alert"}
    >
      {icon}
      <p>
        <b>{title}</b>
        {children && <span> {children}</span>}
      </p>
      {action}
    </div>
  );
}
