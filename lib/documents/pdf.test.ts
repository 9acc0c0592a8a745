import { describe, expect, test } from "vitest";
import { textOfPdf } from "#e2e/rig/pdf-text";
import { deliveryNoteModel } from "./delivery-note-model.ts";
import type { PrintedDocument } from "./document.ts";
import { invoiceModel } from "./invoice-model.ts";
import { pdfFile } from "./pdf-file.ts";
import { proFormaModel } from "./pro-forma-model.ts";
import { receiptModel } from "./receipt-model.ts";
import { renderPdf } from "./render-pdf.ts";
import { HOSTILE, invoiceFacts, proFormaFacts, receiptFacts, shipmentFacts } from "./samples.fixtures.ts";

/** Real PDFs, read back. */

const PATIENT = 60_000;
/** Lines break where they break: words are compared without the space between them. */
const joined = (text: string) => text.replace(/\s+/gu, "");
const pagesOf = async (document: PrintedDocument) => textOfPdf(await renderPdf(document)).map(joined);

/** Everything a document says. */
const saidBy = (printed: PrintedDocument): string[] => [
  printed.title,
  printed.seller.name,
  ...printed.seller.lines,
  printed.buyer.name,
  ...printed.facts.flatMap(({ label, value }) => [label, value]),
  ...(printed.table?.columns.map(({ label }) => label) ?? []),
  ...(printed.table?.rows.flatMap((row) =>
    row.flatMap((cell) => (typeof cell === "string" ? [cell] : [cell.text, cell.more])),
  ) ?? []),
  ...printed.totals.flatMap(({ label, value }) => [label, value]),
  ...printed.notes,
  ...printed.signatures,
];

describe("a PDF says every word of its document, Cyrillic included", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  test.each([
    ["invoice", invoiceModel(invoiceFacts(), "uk")],
    ["delivery note", deliveryNoteModel(shipmentFacts(), "uk")],
    ["pro-forma", proFormaModel(proFormaFacts(), "en", now, "https://pay.trader.example")],
    ["receipt", receiptModel(receiptFacts({ refundedMinor: 100n }), "uk")],
  ])(
    "%s",
    async (_name, printed) => {
      const [page, ...more] = await pagesOf(printed);
      expect(more).toEqual([]);
      for (const said of saidBy(printed)) expect(page).toContain(joined(said));
      expect(page).toContain(joined(printed.foot.page.replace("{page}", "1").replace("{pages}", "1")));
    },
    PATIENT,
  );
});

test(
  "two hundred lines go over several pages, each with the head of the table and its number",
  async () => {
    const printed = invoiceModel(invoiceFacts(200), "uk");
    const pages = await pagesOf(printed);
    expect(pages.length).toBeGreaterThan(4);
    const rows = pages.filter((page) => page.includes("Свердло"));
    for (const page of rows) for (const head of ["Назва", "Кількість", "Знижка"]) expect(page).toContain(head);
    for (const [at, page] of pages.entries()) expect(page).toContain(`Сторінка${at + 1}з${pages.length}`);
    const all = pages.join("");
    for (let line = 1; line <= 200; line++) expect(all).toContain(joined(`Свердло по металу ${line} мм`));
    expect(pages.at(-1)).toContain(joined(printed.totals.at(-1)?.value ?? "?"));
  },
  PATIENT,
);

test(
  "numbers that fill their column are not parted by a hyphen, which would read as a minus",
  async () => {
    const facts = invoiceFacts(1);
    const [line] = facts.lines;
    if (!line) throw new Error("no line");
    const wide = { ...line, quantityMilli: 1_234_567n, unit: "упаковка", unitPriceMinor: 98_765_432_199n };
    const [page] = await pagesOf(invoiceModel({ ...facts, lines: [{ ...wide, totalMinor: 99_999_999_999n }] }, "uk"));
    expect(page).toContain("1234,567упаковка");
    expect(page).toContain("987654321,99");
    expect(page).toContain("999999999,99");
  },
  PATIENT,
);

test(
  "while one is being drawn, the server's own thread goes on answering",
  async () => {
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const before = performance.now();
    await renderPdf(invoiceModel(invoiceFacts(40), "en"));
    const took = performance.now() - before;
    clearInterval(beat);
    // Drawn in this thread, the longest silence would be the whole time it took.
    expect(longest).toBeLessThan(took / 2);
  },
  PATIENT,
);

test(
  "names full of tricks, words without end and pictures that are none do no harm",
  async () => {
    const printed = invoiceModel(invoiceFacts(2), "uk");
    const endless = "Ж".repeat(300);
    const file = await pdfFile({
      ...printed,
      title: HOSTILE,
      logo: `data:image/png;base64,${Buffer.from("not a picture").toString("base64")}`,
      buyer: { ...printed.buyer, name: endless, lines: ["漢字 🙂 \u0000"] },
      table: { columns: printed.table?.columns ?? [], rows: [["1", endless, endless, "1", "1", "1", "1"]] },
    });
    expect(Buffer.from(file.bytes.slice(0, 5)).toString()).toBe("%PDF-");
    const source = Buffer.from(file.bytes).toString("latin1");
    expect(source.match(/%PDF/g)).toHaveLength(1);
    expect(source).not.toMatch(/\/(JavaScript|JS|Launch|OpenAction|EmbeddedFile)\b/);
  },
  PATIENT,
);

test(
  "a word in letters the face lacks says that it is left out, in every part of a document; none is an empty box",
  async () => {
    const printed = invoiceModel(invoiceFacts(1), "uk");
    const odd = "ТОВ 漢字 有限公司 «Ромашка» 🌼";
    const [page] = await pagesOf({
      ...printed,
      buyer: { ...printed.buyer, name: odd, lines: ["株式会社"] },
      facts: [{ label: "Примітка", value: "Οδός €5 → café й́ 👩🏽‍🔧" }],
      table: {
        columns: printed.table?.columns ?? [],
        rows: [["1", { text: odd, more: "電動-18" }, "1", "1", "1", "1", "1"]],
      },
    });
    expect(page?.match(/ТОВ\[…\]«Ромашка»/g)).toHaveLength(2);
    expect(page).toContain("[…]-18");
    expect(page).toContain(joined("Οδός €5 → café"));
    expect(page).not.toMatch(/[\p{Script=Han}\ufffd]|🌼/u);
  },
  PATIENT,
);

test(
  "a document that cannot be drawn fails alone; the next one is drawn",
  async () => {
    const printed = receiptModel(receiptFacts(), "en");
    await expect(renderPdf({ ...printed, facts: null as never })).rejects.toThrow();
    await expect(renderPdf(printed)).resolves.toBeInstanceOf(Uint8Array);
  },
  PATIENT,
);

test(
  "more than a dozen waiting are told to come again",
  async () => {
    const printed = receiptModel(receiptFacts(), "en");
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => renderPdf(printed)));
    const failed = results.filter((result) => result.status === "rejected");
    expect(failed).toHaveLength(7);
    expect(failed.every(({ reason }) => reason.name === "TooManyDocuments")).toBe(true);
  },
  PATIENT,
);

test(
  "sheets are full, and none is a leftover of the one before",
  async () => {
    const printed = invoiceModel(invoiceFacts(120), "uk");
    const pages = await pagesOf(printed);
    const rows = pages.map((page) => page.match(/Свердлопометалу/g)?.length ?? 0);
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(120);
    // Two or three lines of text to a row: a sheet without head takes 17 to 24 of them.
    for (const count of rows.slice(1, -1)) expect(count).toBeGreaterThan(16);
  },
  PATIENT,
);
