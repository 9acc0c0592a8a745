import { expect, test } from "vitest";
import { fileTypeOfBytes } from "./file-type.ts";

const text = (words: string) => new TextEncoder().encode(words);
const bytes = (...values: number[]) => new Uint8Array(values);

test.each([
  ["a PDF", text("%PDF-1.7\n%âãÏÓ"), "application/pdf"],
  ["a PNG", bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0), "image/png"],
  ["a JPEG", bytes(0xff, 0xd8, 0xff, 0xe0, 0), "image/jpeg"],
  ["a WebP", text("RIFF0000WEBPVP8 "), "image/webp"],
  ["a page that says it is a picture", text("<html><script>alert(1)</script>"), null],
  ["a drawing with a script in it", text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), null],
  ["a sound in the same wrapping as a WebP", text("RIFF0000WAVEfmt "), null],
  ["a PDF behind something else", text("MZ......%PDF-1.7"), null],
  ["half a PNG's mark", bytes(0x89, 0x50, 0x4e), null],
  ["nothing", bytes(), null],
])("%s is known by its own bytes", (_name, file, type) => {
  expect(fileTypeOfBytes(file)).toBe(type);
});
