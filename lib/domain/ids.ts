/**
 * Ids carry a prefix so that a person who sees one knows what it names. After the prefix: 26 characters of Crockford
 * base32, 10 of time (ms) and 16 of randomness, so ids of one kind sort by birth and locks can be taken "ids ascending".
 */
declare const brand: unique symbol;
type Id<Prefix extends string> = string & { readonly [brand]: Prefix };

export type OrderId = Id<"ord">;
export type LineId = Id<"lin">;
export type PaymentId = Id<"pay">;
export type PaymentServiceId = Id<"svc">;
export type OperationId = Id<"opr">;
export type CustomerId = Id<"cus">;
export type ItemId = Id<"itm">;
export type ShipmentId = Id<"shp">;
export type InvoiceId = Id<"inv">;
export type UserId = Id<"usr">;
export type SignInId = Id<"sin">;
export type ReviewTaskId = Id<"rev">;
export type WaiverId = Id<"wvr">;
export type AllocationId = Id<"alc">;
export type AttachmentId = Id<"att">;
export type OfflineReceiptId = Id<"ofr">;
export type MessageId = Id<"msg">;
export type PasswordResetId = Id<"pwr">;

type IdOf = {
  ord: OrderId;
  lin: LineId;
  pay: PaymentId;
  svc: PaymentServiceId;
  opr: OperationId;
  cus: CustomerId;
  itm: ItemId;
  shp: ShipmentId;
  inv: InvoiceId;
  usr: UserId;
  sin: SignInId;
  rev: ReviewTaskId;
  wvr: WaiverId;
  alc: AllocationId;
  att: AttachmentId;
  ofr: OfflineReceiptId;
  msg: MessageId;
  pwr: PasswordResetId;
};
export type IdPrefix = keyof IdOf;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new id. `nowMs` and `random` (16 bytes or more) come from outside: the domain has no clock and no dice. */
export function makeId<P extends IdPrefix>(prefix: P, nowMs: number, random: Uint8Array): IdOf[P] {
  let time = "";
  let rest = nowMs;
  for (let i = 0; i < 10; i++) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let tail = "";
  for (let i = 0; i < 16; i++) tail += ALPHABET.charAt((random[i] ?? 0) & 31);
  return `${prefix}_${time}${tail}` as IdOf[P];
}

/** True for text of the right shape; says nothing about whether such a row exists. */
export function isId<P extends IdPrefix>(prefix: P, text: unknown): text is IdOf[P] {
  return (
    typeof text === "string" &&
    text.length === prefix.length + 27 &&
    text.startsWith(`${prefix}_`) &&
    /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(prefix.length + 1))
  );
}
