/** Widths of the bars of one row, in percent; a bar of height 20 stands for a pill or button. */
const ROWS = [
  [12, 28, 10, 18],
  [12, 22, 10, 18],
  [12, 32, 10, 18],
] as const;

/**
 * Placeholder for rows that take longer than 150 ms. Says nothing to screen readers; the region that loads carries
 * `aria-busy`.
 */
export function SkeletonRows({ rows = 3 }: { rows?: number }) {
  return (
    <div className="skeleton-rows" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <svg key={row} className="skeleton-row" aria-hidden="true">
          {bars(row).map(({ x, width, tall }) => (
            <rect key={x} x={`${x}%`} width={`${width}%`} y={tall ? 10 : 14} height={tall ? 20 : 12} rx={4} />
          ))}
        </svg>
      ))}
    </div>
  );
}

function bars(row: number) {
  const widths = ROWS[row % ROWS.length] ?? ROWS[0];
  const starts = [2, 17, 70, 82];
  return widths.map((width, bar) => ({ x: starts[bar] ?? 0, width: bar === 3 ? 16 : width, tall: bar === 3 }));
}
