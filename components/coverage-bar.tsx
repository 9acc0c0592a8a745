type Amount = bigint | number;

/**
 * How far the money has come. Track: the order's total. Mark: what is required. Green is taken, hatched is held, amber is
 * still asked for. Hidden from screen readers, because the figures always stand beside it in text. Amounts in minor units.
 */
export function CoverageBar({
  total,
  required,
  taken,
  held,
  thin = false,
}: {
  total: Amount;
  required: Amount;
  taken: Amount;
  held: Amount;
  thin?: boolean;
}) {
  const whole = Number(total) || 1;
  const share = (amount: Amount) => Math.min(100, Math.max(0, (Number(amount) / whole) * 100));
  const percent = (value: number) => `${Math.round(value * 100) / 100}%`;
  const takenEnd = share(taken);
  const heldEnd = share(Number(taken) + Number(held));
  const mark = share(required);
  const height = thin ? 4 : 8;
  return (
    <svg className={thin ? "cover cover-thin" : "cover"} aria-hidden="true" focusable="false">
      <rect className="cover-track" width="100%" height={height} />
      {mark > heldEnd && (
        <rect className="cover-asked" x={percent(heldEnd)} width={percent(mark - heldEnd)} height={height} />
      )}
      {takenEnd > 0 && <rect className="cover-taken" width={percent(takenEnd)} height={height} />}
      {heldEnd > takenEnd && (
        <rect x={percent(takenEnd)} width={percent(heldEnd - takenEnd)} height={height} fill="url(#hatch)" />
      )}
      {/* The mark stands wholly inside the track at both ends. */}
      <svg x={percent(mark)} overflow="visible" aria-hidden="true">
        <rect
          className="cover-mark"
          x={mark >= 99.5 ? -2 : mark <= 0.5 ? 0 : -1}
          y={-3}
          width={2}
          height={height + 6}
        />
      </svg>
    </svg>
  );
}
