import { hasReceiptForCustomer, receiptModel } from "#lib/documents/receipt-model";
import { readReceiptOfToken } from "#lib/reads/documents";
import { notThis, payRoute, type Visitor } from "../../../door.ts";
import { notPrinted, printable, printed } from "../../../print.ts";

/** `…/receipt/2.pdf` is of the second attempt. */
const attemptOf = ({ request }: Visitor): number =>
  Number(/\/receipt\/([1-9]\d{0,3})\.pdf$/.exec(new URL(request.url).pathname)?.[1] ?? 0);

async function receiptOf(visitor: Visitor) {
  const facts = await readReceiptOfToken(visitor.token, attemptOf(visitor));
  return facts && hasReceiptForCustomer(facts.payment) ? facts : null;
}

/** The receipt for what was taken with an attempt of this order; there is none before. */
export const GET = payRoute(
  async (visitor) => {
    const facts = await receiptOf(visitor);
    return facts ? printed(receiptModel(facts, visitor.locale), visitor) : notPrinted(visitor);
  },
  { turn: "print" },
);
export const HEAD = payRoute(
  async (visitor) => ((await receiptOf(visitor)) ? printable(visitor) : notPrinted(visitor)),
  { turn: "look" },
);

const refuse = notThis("GET, HEAD");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
