/** `1500n` thousandths → `"1.5"`; the text that a form would send back. */
export const quantityText = (milli: bigint): string => decimal(milli, 3);

/** `3333` basis points → `"33.33"`. */
export const percentText = (basisPoints: number): string => decimal(BigInt(basisPoints), 2);

function decimal(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, "");
}
