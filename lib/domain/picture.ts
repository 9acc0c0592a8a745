/** Wide and high enough for paper; a small file may unfold to a picture that fills a server's memory. */
const MOST_PIXELS = 2000;

/**
 * Whether a data URL holds a PNG or a JPEG of a size that can be printed: by its own first bytes, whatever it calls itself.
 */
export function isPrintablePicture(dataUrl: string): boolean {
  const match = /^data:image\/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})$/.exec(dataUrl);
  if (!match) return false;
  const bytes = bytesOf(match[2] as string);
  const size = bytes && (match[1] === "png" ? sizeOfPng(bytes) : sizeOfJpeg(bytes));
  return !!size && size.width > 0 && size.height > 0 && size.width <= MOST_PIXELS && size.height <= MOST_PIXELS;
}

function bytesOf(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

type Size = { width: number; height: number };
const two = (bytes: Uint8Array, at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function sizeOfPng(bytes: Uint8Array): Size | null {
  if (!PNG.every((byte, at) => bytes[at] === byte) || bytes.length < 45) return null;
  const four = (at: number) => two(bytes, at) * 65_536 + two(bytes, at + 2);
  return { width: four(16), height: four(20) };
}

/** Walks the segments to the one that tells the size. */
function sizeOfJpeg(bytes: Uint8Array): Size | null {
  if (two(bytes, 0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < bytes.length; at += 2 + two(bytes, at + 2)) {
    if (bytes[at] !== 0xff) return null;
    const kind = bytes[at + 1] ?? 0;
    const tellsSize = kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind);
    if (tellsSize) return { height: two(bytes, at + 5), width: two(bytes, at + 7) };
  }
  return null;
}
