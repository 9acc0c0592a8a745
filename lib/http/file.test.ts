import { describe, expect, test } from "vitest";
import { contentDisposition } from "./file.ts";

describe("the name of a file in its header", () => {
  test("plain ones are sent as they are", () => {
    expect(contentDisposition("Invoice IN-000012.pdf", true)).toBe(
      `inline; filename="Invoice IN-000012.pdf"; filename*=UTF-8''Invoice%20IN-000012.pdf`,
    );
  });

  test("Cyrillic ones whole for browsers of today, and as a plain document for others", () => {
    expect(contentDisposition("Рахунок 1.pdf", false)).toBe(
      `attachment; filename="document.pdf"; filename*=UTF-8''%D0%A0%D0%B0%D1%85%D1%83%D0%BD%D0%BE%D0%BA%201.pdf`,
    );
  });

  test.each([
    'a"; filename="evil.exe',
    "a\r\nSet-Cookie: x=1.pdf",
    "../../etc/passwd",
    "C:\\autoexec.bat",
    "invoice\u202efdp.exe",
    "100%.pdf",
    "\ud800.pdf",
    `${"я".repeat(500)}.pdf`,
    "it's(1)*.pdf",
  ])("%j ends neither the header nor its folder", (name) => {
    const header = contentDisposition(name, true);
    expect(header).toMatch(/^inline; filename="[\w .()-]+"; filename\*=UTF-8''(?:[\w.~-]|%[\dA-F]{2})+$/);
    expect(() => new Headers({ "content-disposition": header })).not.toThrow();
    const said = decodeURIComponent(header.split("UTF-8''")[1] ?? "");
    expect(said).not.toMatch(/[\\/:*?"<>|\r\n\u202e]/);
  });
});
