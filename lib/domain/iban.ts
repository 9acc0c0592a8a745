/** An account as it is stored: capitals, without the spaces people read it by. */
export const plainIban = (text: string): string => text.replace(/[\s\u00a0-]/g, "").toUpperCase();

/** ISO 13616: shape and check digits. A mistyped account would send a customer's money to somebody else. */
export function isIban(plain: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return false;
  if (plain.startsWith("UA") && plain.length !== 29) return false;
  const digits = [...(plain.slice(4) + plain.slice(0, 4))].map((sign) => Number.parseInt(sign, 36).toString()).join("");
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}
