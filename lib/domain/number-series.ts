export const SERIES_KINDS = ["order", "shipment", "invoice"] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** `SO-` and 42 → `SO-000042`. Longer numbers simply grow. */
export const documentNumber = (prefix: string, n: bigint): string => `${prefix}${n.toString().padStart(6, "0")}`;

/** One to ten letters, digits and marks, without a digit at the end: `SO-1` and `SO-` would meet at `SO-1000001`. */
export const isSeriesPrefix = (text: string): boolean => /^[\p{L}\p{N}/_.-]{0,9}[\p{L}/_.-]$/u.test(text);
