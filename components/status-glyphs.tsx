/**
 * The glyphs of the states, drawn once per page as symbols. A circle is money, a square is goods, bare strokes are the
 * document. Holes are painted in `--glyph-hole`, so that a filled glyph works on any ground.
 */
const GLYPHS = {
  dash: <path d="M3 6h6" />,
  creating: <circle cx="6" cy="6" r="4.75" strokeDasharray="2 2.1" />,
  pending: <circle cx="6" cy="6" r="4.75" />,
  processing: (
    <>
      <circle cx="6" cy="6" r="4.75" />
      <path d="M6 6V2.6A3.4 3.4 0 0 1 9.4 6Z" className="g-fill" />
    </>
  ),
  withholding: (
    <>
      <circle cx="6" cy="6" r="4.75" />
      <path d="M6 1.25a4.75 4.75 0 0 0 0 9.5Z" className="g-fill" />
    </>
  ),
  successful: (
    <>
      <circle cx="6" cy="6" r="5.5" className="g-fill" />
      <path d="M3.6 6.2l1.7 1.7 3.2-3.5" className="g-hole" />
    </>
  ),
  partially_refunded: (
    <>
      <circle cx="6" cy="6" r="4.75" />
      <path d="M8 7.6V6.4A1.4 1.4 0 0 0 6.6 5H4M5.4 3.6 4 5l1.4 1.4" strokeWidth="1.2" />
    </>
  ),
  refunded: (
    <>
      <circle cx="6" cy="6" r="5.5" className="g-fill" />
      <path d="M8.2 8V6.6A1.6 1.6 0 0 0 6.6 5H3.8M5.2 3.6 3.8 5l1.4 1.4" className="g-hole" strokeWidth="1.3" />
    </>
  ),
  failed: (
    <>
      <circle cx="6" cy="6" r="5.5" className="g-fill" />
      <path d="M4.2 4.2l3.6 3.6M7.8 4.2 4.2 7.8" className="g-hole" />
    </>
  ),
  expired: (
    <>
      <circle cx="6" cy="6" r="4.75" />
      <path d="M6 3.6V6l1.7 1" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="6" cy="6" r="4.75" />
      <path d="M2.8 9.2 9.2 2.8" />
    </>
  ),
  review: (
    <>
      <path d="M3 11V1.5" />
      <path d="M3 1.6h6.4L7.6 4l1.8 2.4H3Z" className="g-fill" />
    </>
  ),
  goods_none: <rect x="1.25" y="1.25" width="9.5" height="9.5" rx="1.5" />,
  goods_partly: (
    <>
      <rect x="1.25" y="1.25" width="9.5" height="9.5" rx="1.5" />
      <path d="M6 1.25H2.75a1.5 1.5 0 0 0-1.5 1.5v6.5a1.5 1.5 0 0 0 1.5 1.5H6Z" className="g-fill" />
    </>
  ),
  goods_fully: (
    <>
      <rect x="1.25" y="1.25" width="9.5" height="9.5" rx="1.5" fill="currentColor" />
      <path d="M3.5 6.2l1.8 1.8 3.3-3.7" className="g-hole" />
    </>
  ),
  open: <path d="M2 10l.5-2.2L8.2 2.1l1.7 1.7-5.7 5.7L2 10Z" />,
  bars: (
    <>
      <rect x="2.2" y="1.5" width="2.4" height="9" className="g-fill" />
      <rect x="7.4" y="1.5" width="2.4" height="9" className="g-fill" />
    </>
  ),
  arrow: <path d="M1.5 6h8M6.6 2.6 10 6l-3.4 3.4" />,
  double_tick: <path d="M.8 6.4l2.4 2.4 4.4-5M5.6 8.2l.6.6 4.9-5.4" />,
  cross: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" />,
} as const;

export type GlyphName = keyof typeof GLYPHS;

/** The sheet of symbols (and the hatch of held money). Rendered once, at the top of a layout. Strokes come from `.glyph`. */
export function StatusGlyphs() {
  return (
    <svg className="unseen" aria-hidden="true" focusable="false">
      <defs>
        {(Object.keys(GLYPHS) as GlyphName[]).map((name) => (
          <symbol key={name} id={`g-${name}`} viewBox="0 0 12 12">
            {GLYPHS[name]}
          </symbol>
        ))}
        <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(36)">
          <rect className="hatch-ground" width="4" height="4" />
          <path className="hatch-line" d="M1 -1V5" strokeWidth="2" />
        </pattern>
      </defs>
    </svg>
  );
}

/** One glyph. Always beside its word, therefore hidden from screen readers. */
export function Glyph({ name, className = "glyph" }: { name: GlyphName; className?: string }) {
  return (
    <svg className={className} aria-hidden="true">
      <use href={`#g-${name}`} />
    </svg>
  );
}
