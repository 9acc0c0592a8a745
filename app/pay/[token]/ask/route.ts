import { askForLink } from "#lib/workflows/ask-for-link";
import { world } from "#lib/workflows/world";
import { notThis, pageAddress, payRoute, seeOther } from "../../door.ts";

/** "Ask for a new link": the seller is told, and the page says so. */
export const POST = payRoute(
  async (visitor) => {
    await askForLink(world(), visitor.actor, visitor.facts.order.id);
    return seeOther(pageAddress(visitor, false), visitor.requestId);
  },
  { turn: "press" },
);

export const GET = payRoute(async (visitor) => seeOther(pageAddress(visitor, false), visitor.requestId));

const refuse = notThis("GET, HEAD, POST");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
