import { join } from "node:path";
import { Document, Font, Image, Page, Path, Svg, Text, View } from "@react-pdf/renderer";
import { createElement as h, type ReactElement, type ReactNode } from "react";
import type {
  PrintedCell,
  PrintedColumn,
  PrintedDocument,
  PrintedFact,
  PrintedParty,
  PrintedTable,
} from "./document.ts";
import { BOTTOM, EDGE, GAP, sheetsOf, TOP } from "./sheets.ts";

/**
 * How a document looks on A4. Plain calls in place of JSX: Node runs this file as it is, in a thread of its own
 * (pdf-worker.ts), and nothing but that thread imports it.
 */
const FACES = join("node_modules", "@expo-google-fonts", "ibm-plex-sans");
/** Words stay whole, unless one alone is wider than a column. */
const LONGEST_WORD = 22;
const PIECE = new RegExp(`.{1,${LONGEST_WORD / 2}}`, "gsu");

/**
 * Opens the faces anew; before every document. A face that has been embedded once remembers parts of letters (the ring in й)
 * as letters without a meaning, and the next document would lose those that are nothing but such a part: its o and its i.
 * Answers which characters they draw.
 */
export async function openFaces(): Promise<(codePoint: number) => boolean> {
  const registered: Record<string, unknown> = Font.getRegisteredFonts();
  delete registered.Plex;
  Font.register({
    family: "Plex",
    fonts: [
      { src: join(FACES, "400Regular", "IBMPlexSans_400Regular.ttf") },
      { src: join(FACES, "600SemiBold", "IBMPlexSans_600SemiBold.ttf"), fontWeight: 600 },
    ],
  });
  Font.registerHyphenationCallback((word) => (word.length <= LONGEST_WORD ? [word] : (word.match(PIECE) ?? [word])));
  await Font.load({ fontFamily: "Plex" });
  const face = Font.getFont({ fontFamily: "Plex" })?.data;
  return (codePoint) => face?.hasGlyphForCodePoint(codePoint) ?? true;
}

const INK = "#1d2430";
const QUIET = "#5c6675";
const RULE = "#cfd5de";

const s = {
  page: {
    fontFamily: "Plex",
    fontSize: 9,
    color: INK,
    paddingTop: TOP,
    paddingBottom: BOTTOM,
    paddingHorizontal: EDGE,
  },
  // No line height of our own: texts that are drawn anew for each page (the foot) would vanish. Plex has air enough.
  quiet: { color: QUIET },
  strong: { fontWeight: 600 },
  warning: {
    fontWeight: 600,
    color: "#8a4b00",
    borderWidth: 1,
    borderColor: "#d9a860",
    borderRadius: 3,
    padding: 6,
    marginBottom: 14,
  },
  head: { flexDirection: "row", justifyContent: "space-between", alignItems: "flex-start", marginBottom: 18 },
  headText: { flexGrow: 1, flexShrink: 1, paddingRight: 16 },
  title: { fontSize: 17, fontWeight: 600 },
  subtitle: { color: QUIET, marginTop: 3, fontSize: 10 },
  logo: { maxHeight: 44, maxWidth: 150, objectFit: "contain", objectPosition: "100% 0" },
  parties: { flexDirection: "row", gap: 24, marginBottom: 14 },
  party: { flexGrow: 1, flexShrink: 1, flexBasis: 0 },
  role: { fontSize: 8, color: QUIET, marginBottom: 2 },
  facts: { borderTopWidth: 0.75, borderTopColor: RULE, paddingTop: 8, marginBottom: 14 },
  fact: { flexDirection: "row", marginBottom: 2 },
  factLabel: { width: 110, color: QUIET },
  factValue: { flexGrow: 1, flexShrink: 1, flexBasis: 0 },
  tableHead: {
    flexDirection: "row",
    gap: GAP,
    borderBottomWidth: 1,
    borderBottomColor: INK,
    paddingBottom: 4,
    fontWeight: 600,
    fontSize: 8,
  },
  row: { flexDirection: "row", gap: GAP, borderBottomWidth: 0.5, borderBottomColor: RULE, paddingVertical: 4 },
  more: { fontSize: 8, color: QUIET },
  totals: { alignSelf: "flex-end", width: 270, marginTop: 10 },
  total: { flexDirection: "row", justifyContent: "space-between", gap: 16, paddingVertical: 2 },
  totalStrong: { fontWeight: 600, fontSize: 11 },
  pay: {
    flexDirection: "row",
    gap: 16,
    alignItems: "center",
    borderWidth: 0.75,
    borderColor: RULE,
    borderRadius: 4,
    padding: 12,
    marginTop: 18,
  },
  payText: { flexGrow: 1, flexShrink: 1, flexBasis: 0 },
  payTitle: { fontSize: 11, fontWeight: 600, marginBottom: 3 },
  notes: { marginTop: 18, color: QUIET },
  signatures: { flexDirection: "row", gap: 32, marginTop: 46 },
  signature: {
    flexGrow: 1,
    flexBasis: 0,
    borderTopWidth: 0.75,
    borderTopColor: INK,
    paddingTop: 3,
    color: QUIET,
    fontSize: 8,
  },
  foot: {
    position: "absolute",
    bottom: 26,
    left: EDGE,
    right: EDGE,
    flexDirection: "row",
    justifyContent: "space-between",
    gap: 16,
    fontSize: 8,
    color: QUIET,
  },
  footText: { flexShrink: 1 },
} as const;

export function drawn(document: PrintedDocument): ReactElement {
  const { title, table } = document;
  const sheets = sheetsOf(document);
  return h(
    Document,
    {
      title,
      author: document.seller.name,
      subject: title,
      creator: "Holdpoint",
      producer: "Holdpoint",
      language: document.language,
      creationDate: document.madeAt,
      modificationDate: document.madeAt,
    } as object,
    ...sheets.map((rows, at) =>
      h(
        Page,
        { key: at, size: "A4", style: s.page },
        ...(at === 0 ? aboveTable(document) : []),
        table && tableOf({ columns: table.columns, rows }),
        ...(at === sheets.length - 1 ? belowTable(document) : []),
        footOf(document.foot),
      ),
    ),
  );
}

const aboveTable = (document: PrintedDocument): ReactNode[] => [
  document.warning && h(Text, { key: "warning", style: s.warning }, document.warning),
  headOf(document),
  h(View, { key: "parties", style: s.parties }, partyOf(document.seller), partyOf(document.buyer)),
  document.facts.length > 0 && h(View, { key: "facts", style: s.facts }, ...document.facts.map(factOf)),
];

const belowTable = ({ totals, pay, notes, signatures }: PrintedDocument): ReactNode[] => [
  totals.length > 0 && h(View, { key: "totals", style: s.totals, wrap: false }, ...totals.map(totalOf)),
  pay && payOf(pay),
  notes.length > 0 && h(View, { key: "notes", style: s.notes }, ...notes.map((note, key) => h(Text, { key }, note))),
  signatures.length > 0 &&
    h(
      View,
      { key: "signatures", style: s.signatures, wrap: false },
      ...signatures.map((text, key) => h(View, { key, style: s.signature }, h(Text, null, text))),
    ),
];

const headOf = ({ title, subtitle, logo }: PrintedDocument): ReactNode =>
  h(
    View,
    { key: "head", style: s.head },
    h(
      View,
      { style: s.headText },
      h(Text, { style: s.title }, title),
      subtitle && h(Text, { style: s.subtitle }, subtitle),
    ),
    logo && /^data:image\/(png|jpeg);/.test(logo) && h(Image, { src: logo, style: s.logo }),
  );

const partyOf = ({ role, name, lines }: PrintedParty): ReactNode =>
  h(
    View,
    { style: s.party },
    h(Text, { style: s.role }, role),
    h(Text, { style: s.strong }, name),
    ...lines.map((line, key) => h(Text, { key }, line)),
  );

const factOf = ({ label, value }: PrintedFact, key: number): ReactNode =>
  h(View, { key, style: s.fact }, h(Text, { style: s.factLabel }, label), h(Text, { style: s.factValue }, value));

const widthOf = ({ width, end }: PrintedColumn) => ({
  ...(width === 0 ? { flexGrow: 1, flexShrink: 1, flexBasis: 0 } : { width }),
  ...(end ? { textAlign: "right" as const } : {}),
});

/** The head is repeated on every page that has rows, also where a sheet was guessed too full; a row is never torn. */
function tableOf({ columns, rows }: PrintedTable): ReactNode {
  const widths = columns.map(widthOf);
  return h(
    View,
    null,
    h(
      View,
      { style: s.tableHead, fixed: true },
      ...columns.map(({ label }, key) => h(Text, { key, style: widths[key] ?? {} }, label)),
    ),
    ...rows.map((row, key) =>
      h(View, { key, style: s.row, wrap: false }, ...row.map((cell, at) => cellOf(cell, widths[at] ?? {}, at))),
    ),
  );
}

const cellOf = (
  cell: PrintedCell,
  style: ReturnType<typeof widthOf> | Record<string, never>,
  key: number,
): ReactNode =>
  typeof cell === "string"
    ? h(Text, { key, style }, cell)
    : h(View, { key, style }, h(Text, null, cell.text), h(Text, { style: s.more }, cell.more));

const totalOf = ({ label, value, strong }: PrintedDocument["totals"][number], key: number): ReactNode =>
  h(
    View,
    { key, style: strong ? { ...s.total, ...s.totalStrong } : s.total },
    h(Text, null, label),
    h(Text, null, value),
  );

/** Dark on white with the quiet zone that readers want: 3 cm on paper. */
const payOf = ({ title, lines, link, code }: NonNullable<PrintedDocument["pay"]>): ReactNode =>
  h(
    View,
    { key: "pay", style: s.pay, wrap: false },
    h(
      Svg,
      { viewBox: `-4 -4 ${code.size + 8} ${code.size + 8}`, width: 96, height: 96 },
      h(Path, { d: code.path, fill: "#000000" }),
    ),
    h(
      View,
      { style: s.payText },
      h(Text, { style: s.payTitle }, title),
      ...lines.map((line, key) => h(Text, { key }, line)),
      h(Text, { style: { ...s.quiet, marginTop: 3 } }, link),
    ),
  );

const footOf = ({ text, page }: PrintedDocument["foot"]): ReactNode =>
  h(
    View,
    { style: s.foot, fixed: true },
    h(Text, { style: s.footText }, text),
    h(Text, {
      render: ({ pageNumber, totalPages }: { pageNumber: number; totalPages: number }) =>
        page.replace("{page}", String(pageNumber)).replace("{pages}", String(totalPages)),
    }),
  );
