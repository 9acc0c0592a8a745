import { timeNow } from "#db/clock";
import { stateOfPage } from "#lib/pay/page";
import { payPage } from "#lib/pay/page-model";
import { checkPaid } from "#lib/workflows/check-paid";
import { world } from "#lib/workflows/world";
import { jsonAnswer, notThis, pageAddress, payRoute, seeOther } from "../../door.ts";
import { lookedAgain } from "../../show.ts";

/** "I have already paid": asks the bank at once. A person is led back to the page, its script gets the state. */
export const POST = payRoute(
  async (visitor) => {
    const { request, actor, facts, requestId, locale } = visitor;
    const byScript = request.headers.get("accept") === "application/json";
    await checkPaid(world(), actor, facts.order.id, { earlierToo: !byScript });
    if (!byScript) return seeOther(pageAddress(visitor, true), requestId);
    const now = await lookedAgain(visitor);
    const at = timeNow();
    return jsonAnswer(
      stateOfPage(now.facts, payPage(now.facts, { returned: visitor.returned }, at), at, locale),
      requestId,
    );
  },
  { turn: "press" },
);

export const GET = payRoute(async (visitor) => seeOther(pageAddress(visitor, false), visitor.requestId));

const refuse = notThis("GET, HEAD, POST");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
