import { queryOptions } from "@tanstack/react-query";
import {
  type FinalizedHold,
  type FinalizeHoldsAnswer,
  type HoldListPage,
  type HoldListQuery,
  type HoldRow,
  holdListQuery,
} from "#lib/contracts/holds";
import type { PaymentPageView } from "#lib/contracts/payments";
import { api } from "#lib/paths";
import { sendJson, watchJson } from "./http.ts";
import type { UrlParams } from "./payment-filters.ts";

const NAMES = ["serviceId", "day", "sort", "cursor"] as const;
/** How often the worklist is read again while somebody looks at it. */
const WATCH_MS = 20_000;
/** So many at a time, so that the person sees how far it is, and no answer is long in coming. */
const AT_ONCE = 10;

/** What an address asks for. What an old or mangled one says wrongly is left out. */
export function holdQueryOf(params: UrlParams): HoldListQuery {
  const good = NAMES.flatMap((name) => {
    const text = params[name];
    return typeof text === "string" && holdListQuery.shape[name].safeParse(text).success ? [[name, text] as const] : [];
  });
  return holdListQuery.parse(Object.fromEntries(good));
}

export const holdsQuery = (query: HoldListQuery) =>
  queryOptions({
    queryKey: ["holds", query],
    queryFn: ({ signal }) => watchJson<HoldListPage>(api.holds(query), signal),
    refetchInterval: WATCH_MS,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: 2_000,
    retry: false,
    networkMode: "always",
  });

/** Takes holds whole, some at a time; `heard` gets each answer as it comes. Throws what the first failed request throws. */
export async function sendFinalizeHolds(
  holds: readonly Pick<HoldRow, "id" | "held">[],
  heard: (rows: FinalizedHold[]) => void,
): Promise<void> {
  for (let from = 0; from < holds.length; from += AT_ONCE) {
    const some = holds.slice(from, from + AT_ONCE).map(({ id, held }) => ({ paymentId: id, held }));
    const answer = await sendJson<FinalizeHoldsAnswer>("POST", api.finalizeHolds(), { holds: some });
    heard(answer.rows);
  }
}

/** What has become of a hold whose outcome was not known when we asked; `why` in the bank's own words. */
export function outcomeOf(payment: PaymentPageView): {
  result: "taken" | "pending" | "refused" | "missing";
  why: string | null;
} {
  if (payment.captured.amount > 0) return { result: "taken", why: null };
  if (payment.unsettled) return { result: "pending", why: null };
  if (payment.state !== "withholding") return { result: "missing", why: null };
  return { result: "refused", why: payment.lastFailure?.message || null };
}
