import type { ReactNode } from "react";

/** One group of a settings form: its name and what it is for at the left, the fields at the right. */
export function FormSection({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="grid gap-x-6 gap-y-3 border-t border-border px-4 py-5 md:grid-cols-[11rem_minmax(0,1fr)] lg:px-6">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {hint && <p className="mt-1 text-xs text-muted">{hint}</p>}
      </div>
      <div className="grid min-w-0 gap-4">{children}</div>
    </section>
  );
}

/** Two fields beside one another where there is room. */
export function FieldPair({ children }: { children: ReactNode }) {
  return <div className="grid items-start gap-4 sm:grid-cols-2">{children}</div>;
}
