import { z } from "zod";
import { sessionCookie } from "#lib/auth/cookies";
import { env } from "#lib/env";
import { parseJson, readBody } from "#lib/http/body";
import { cameFrom, isProgram } from "#lib/pay/visitors";
import { noteOpened } from "#lib/workflows/note-opened";
import { world } from "#lib/workflows/world";
import { emptyAnswer, notThis, payRoute } from "../../door.ts";

const shape = z.object({ referrer: z.string().max(2000).catch("") }).catch({ referrer: "" });

/** The page is on somebody's screen. */
export const POST = payRoute(
  async ({ request, actor, facts, requestId }) => {
    const json = parseJson(await readBody(request, 4 * 1024));
    const { referrer } = shape.parse(json.ok ? json.value : {});
    // Staff who look at what their customer sees are not the customer.
    if (request.headers.get("cookie")?.includes(`${sessionCookie()}=`)) return emptyAnswer(requestId);
    const agent = request.headers.get("user-agent");
    await noteOpened(world(), actor, facts.order.id, {
      program: isProgram(agent),
      from: cameFrom(agent, referrer, new URL(env().appUrl).hostname),
    });
    return emptyAnswer(requestId);
  },
  { turn: "press" },
);

const refuse = notThis("POST");

export { refuse as DELETE, refuse as GET, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
