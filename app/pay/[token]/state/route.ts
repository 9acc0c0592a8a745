import { timeNow } from "#db/clock";
import { stateOfPage } from "#lib/pay/page";
import { payPage } from "#lib/pay/page-model";
import { jsonAnswer, notThis, payRoute } from "../../door.ts";

/** What the page would say now: enough for its script to know whether to fetch it. */
export const GET = payRoute(
  async ({ facts, returned, locale, requestId }) => {
    const now = timeNow();
    return jsonAnswer(stateOfPage(facts, payPage(facts, { returned }, now), now, locale), requestId);
  },
  { turn: "look" },
);

const refuse = notThis("GET, HEAD");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
