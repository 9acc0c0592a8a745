// biome-ignore-all lint/a11y/noRedundantRoles: cards change display, which takes a table’s own roles away in some browsers
"use client";
import { CoverageBar } from "#components/coverage-bar";
import type { Tone } from "#components/state-badges";
import { Glyph, type GlyphName } from "#components/status-glyphs";

type Mark = { glyph: GlyphName; tone: Tone; word: string };

/** A row in words and shares, ready to be drawn: the server has formatted everything. */
export type ShownRow = {
  href: string;
  number: string;
  /** Open, Cancelled, Completed: said beside the number only then. */
  status: string | null;
  customer: string;
  total: string;
  /** Null where nothing is asked. Shares are percent of the total. */
  cover: { covered: string; required: string; taken: number; held: number; mark: number } | null;
  payment: Mark;
  review: boolean;
  shipped: Mark;
  invoiced: string | null;
  accepted: boolean;
  deadline: { text: string; at: string; urgent: boolean } | null;
};

export type RowWords = Record<"select" | "accepted" | "yes" | "no" | "review", string>;

/**
 * The rows of the list. A client component although nothing in it is pressed: its data then travels once and small, where the
 * server's own elements would travel a second time as a tree ten times the size, also with every refresh.
 */
export function OrderRows({ rows, words }: { rows: readonly ShownRow[]; words: RowWords }) {
  return rows.map((row) => <Row key={row.href} row={row} words={words} />);
}

function Row({ row, words }: { row: ShownRow; words: RowWords }) {
  const { cover, deadline } = row;
  return (
    <tr role="row">
      <td role="cell">
        <input type="checkbox" className="check" aria-label={words.select.replace("#", row.number)} />
      </td>
      <td role="cell">
        <a href={row.href}>{row.number}</a>
        {row.status && <small>{row.status}</small>}
      </td>
      <td role="cell">{row.customer}</td>
      <td role="cell" className="num">
        {row.total}
      </td>
      <td role="cell" className="num">
        {cover ? (
          <>
            {row.accepted && <Tick label={words.accepted} />}
            <b className={cover.taken + cover.held > 0 ? "some" : undefined}>{cover.covered}</b>
            {` / ${cover.required}`}
            <CoverageBar thin total={100} required={cover.mark} taken={cover.taken} held={cover.held} />
          </>
        ) : (
          NONE
        )}
      </td>
      <td role="cell">
        <Pill {...row.payment} />
        {row.review && <Pill glyph="review" tone="bad" word={words.review} />}
      </td>
      <td role="cell">
        <Pill {...row.shipped} />
        {row.invoiced && <small>{row.invoiced}</small>}
      </td>
      <td role="cell" className="o-yes">
        {row.accepted ? (
          <span className="yes">
            <Check />
            {words.yes}
          </span>
        ) : (
          <span className="quiet">{words.no}</span>
        )}
      </td>
      <td role="cell">
        {deadline ? (
          <time dateTime={deadline.at} className={deadline.urgent ? "urgent" : undefined}>
            {deadline.text}
          </time>
        ) : (
          NONE
        )}
      </td>
    </tr>
  );
}

function Pill({ glyph, tone, word }: Mark) {
  return (
    <span className={tone === "neutral" ? "pill" : `pill pill-${tone}`}>
      <Glyph name={glyph} />
      {word}
    </span>
  );
}

/** A card has no columns whose emptiness has to be said. */
const NONE = <span className="none">–</span>;

const Check = () => (
  <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
    <path d="m5 12 5 5 9-10" />
  </svg>
);

/** Stands before the covered sum where there is no room for a column. */
const Tick = ({ label }: { label: string }) => (
  <span className="tick">
    <Check />
    <span className="unseen">{label}</span>
  </span>
);
