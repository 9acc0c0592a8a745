import type { CSSProperties } from "react";

/**
 * Placeholder for rows that take longer than 150 ms: one element, drawn by a mask, because it travels with every page that may
 * load slowly. Says nothing to screen readers; the region that loads carries `aria-busy`.
 */
export function SkeletonRows({ rows = 3 }: { rows?: number }) {
  return <div className="skeleton-rows" aria-hidden="true" style={{ "--rows": rows } as CSSProperties} />;
}
