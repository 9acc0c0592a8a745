import { queryOptions } from "@tanstack/react-query";
import type { ShareSheet, ShareView } from "#lib/contracts/shares";
import { api } from "#lib/paths";
import { getJson } from "./http.ts";

const isOnItsWay = ({ state }: ShareView) => state === "queued" || state === "sending";

/** Fresh each time the dialog opens: the letter tells amounts and times, and somebody else may have sent the link meanwhile. */
export const sharesQuery = (orderId: string) =>
  queryOptions({
    queryKey: ["order-shares", orderId],
    queryFn: ({ signal }) => getJson<ShareSheet>(api.orderShares(orderId), signal),
    // Until it is known what became of a message that is on its way.
    refetchInterval: ({ state }) => (state.data?.shares.some(isOnItsWay) ? 2_500 : false),
    refetchIntervalInBackground: false,
    staleTime: 0,
    retry: false,
    networkMode: "always",
  });
