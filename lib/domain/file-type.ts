/** What may be kept as a proof: documents and pictures that browsers show without running anything of theirs. */
export const FILE_TYPES = ["application/pdf", "image/png", "image/jpeg", "image/webp"] as const;
export type FileType = (typeof FILE_TYPES)[number];

export const MAX_FILE_BYTES = 5 * 1024 * 1024;

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
/** The first bytes of each kind, and where they stand. What a name or a sender says about a file proves nothing. */
const MARKS: Record<FileType, readonly { at: number; bytes: readonly number[] }[]> = {
  "application/pdf": [{ at: 0, bytes: ascii("%PDF-") }],
  "image/png": [{ at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }],
  "image/jpeg": [{ at: 0, bytes: [0xff, 0xd8, 0xff] }],
  "image/webp": [
    { at: 0, bytes: ascii("RIFF") },
    { at: 8, bytes: ascii("WEBP") },
  ],
};

/** What a file is by its own first bytes; null for anything that is not kept. */
export const fileTypeOfBytes = (file: Uint8Array): FileType | null =>
  FILE_TYPES.find((type) => MARKS[type].every(({ at, bytes }) => bytes.every((byte, i) => file[at + i] === byte))) ??
  null;
