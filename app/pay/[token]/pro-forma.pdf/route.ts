import { timeNow } from "#db/clock";
import { proFormaModel } from "#lib/documents/pro-forma-model";
import { env } from "#lib/env";
import { readProFormaOfToken } from "#lib/reads/documents";
import { notThis, payRoute, type Visitor } from "../../door.ts";
import { notPrinted, printable, printed } from "../../print.ts";

/** What the seller has not released is not shown, and for a cancelled order nobody is asked to pay. */
const isThere = ({ facts: { order } }: Visitor) => order.releasedAt !== null && order.cancelledAt === null;

/** The order as a pro-forma invoice, in the language of the page. */
export const GET = payRoute(
  async (visitor) => {
    const facts = isThere(visitor) ? await readProFormaOfToken(visitor.token) : null;
    if (!facts) return notPrinted(visitor);
    return printed(proFormaModel(facts, visitor.locale, timeNow(), env().appUrl), visitor);
  },
  { turn: "print" },
);
export const HEAD = payRoute(async (visitor) => (isThere(visitor) ? printable(visitor) : notPrinted(visitor)));

const refuse = notThis("GET, HEAD");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
