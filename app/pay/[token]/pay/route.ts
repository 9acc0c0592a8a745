import { z } from "zod";
import { readBody } from "#lib/http/body";
import { payOrder } from "#lib/workflows/pay-order";
import { world } from "#lib/workflows/world";
import { atBankCookie, notThis, pageAddress, payRoute, seeOther } from "../../door.ts";
import { lookedAgain, show } from "../../show.ts";

const FORM_MAX_BYTES = 2 * 1024;
const sum = z.enum(["deposit", "whole"]).nullable().catch(null);

/** Pay: to the live link, or through the next attempt to its link. Where nothing may be started, the page says why. */
export const POST = payRoute(
  async (visitor) => {
    const { request, actor, facts, token, locale, requestId } = visitor;
    const form = new URLSearchParams(new TextDecoder().decode(await readBody(request, FORM_MAX_BYTES)));
    const wish = { serviceId: form.get("service"), sum: sum.parse(form.get("sum")) };
    const pressed = await payOrder(world(), actor, facts.order.id, wish);
    if (!pressed.ok) {
      const now = await lookedAgain(visitor);
      return show({ ...now, returned: false }, { status: 409, notice: pressed.error });
    }
    const { url, attempt } = pressed.value;
    return url === null
      ? seeOther(pageAddress(visitor, false), requestId)
      : seeOther(url, requestId, atBankCookie(token, locale, attempt));
  },
  { turn: "press" },
);

/** Somebody who reloads the page that answered a press. */
export const GET = payRoute(async (visitor) => seeOther(pageAddress(visitor, false), visitor.requestId));

const refuse = notThis("GET, HEAD, POST");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
