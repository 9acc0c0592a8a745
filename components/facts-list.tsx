import type { ReactNode } from "react";
import { CopyButton } from "./copy-button";

/** Rows of label and value. */
export function FactsList({ children, className }: { children: ReactNode; className?: string }) {
  return <dl className={className ? `facts ${className}` : "facts"}>{children}</dl>;
}

/** One row. `copy` puts a copy button behind the value; give it the text to copy and what it is called. */
export function Fact({
  label,
  children,
  copy,
}: {
  label: string;
  children: ReactNode;
  copy?: { text: string; label: string; done: string };
}) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd className={copy ? "fact-copy" : undefined}>
        {copy ? <span>{children}</span> : children}
        {copy && <CopyButton {...copy} />}
      </dd>
    </div>
  );
}
