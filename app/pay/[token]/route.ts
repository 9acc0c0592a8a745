import { requestIdOf } from "#lib/http/request-id";
import { notThis, pageAddress, payRoute, seeOther } from "../door.ts";
import { askedFirst, show } from "../show.ts";

/** The page. Fetching it changes nothing; who comes back from the bank has it asked first. */
export const GET = payRoute(async (visitor) => show(await askedFirst(visitor)));
export const HEAD = payRoute(async (visitor) => new Response(null, show(visitor)));

/** Some banks send their payers back with a form. What is in it proves nothing and is not read. */
export const POST = async (request: Request, context: { params: Promise<{ token: string }> }) => {
  const { token } = await context.params;
  return seeOther(pageAddress({ token, lang: null }, true), requestIdOf(request.headers));
};

const refuse = notThis("GET, HEAD, POST");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
