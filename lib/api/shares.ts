import { queryOptions } from "@tanstack/react-query";
import type { ShareSheet } from "#lib/contracts/shares";
import { api } from "#lib/paths";
import { getJson } from "./http.ts";

/** Fresh each time the dialog opens: the letter tells amounts and times, and somebody else may have sent the link meanwhile. */
export const sharesQuery = (orderId: string) =>
  queryOptions({
    queryKey: ["order-shares", orderId],
    queryFn: ({ signal }) => getJson<ShareSheet>(api.orderShares(orderId), signal),
    staleTime: 0,
    retry: false,
    networkMode: "always",
  });
