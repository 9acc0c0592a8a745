import { localeOf, problemResponse } from "#lib/http/problem";
import { requestIdOf } from "#lib/http/request-id";

/** Every address under /api that is none of ours. */
const nothingHere = async ({ headers }: Request): Promise<Response> =>
  problemResponse({ kind: "no_such_address" }, { requestId: requestIdOf(headers), locale: localeOf(headers, null) });

export {
  nothingHere as DELETE,
  nothingHere as GET,
  nothingHere as OPTIONS,
  nothingHere as PATCH,
  nothingHere as POST,
  nothingHere as PUT,
};
