import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { OrderListPage } from "#lib/contracts/orders";
import type { assignReviewInput, ReviewAnswered, ReviewView, resolveReviewInput } from "#lib/contracts/reviews";
import { api } from "#lib/paths";
import { getJson, sendJson } from "./http.ts";

/** How often a task is asked for again while money is on its way back. */
const WATCH_AFTER_MS = 4_000;
/** How many orders are offered when money is attached to another one. */
const MOST_OFFERED = 6;

export const reviewQuery = (id: string) =>
  queryOptions({
    queryKey: ["review", id],
    queryFn: ({ signal }) => getJson<ReviewView>(api.review(id), signal),
    refetchInterval: ({ state }) => (state.data?.pending ? WATCH_AFTER_MS : false),
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: 2_000,
    retry: false,
    networkMode: "always",
  });

/** Orders by number, customer or amount. Nothing is asked before there is something to look for. */
export const ordersFound = (q: string) =>
  queryOptions({
    queryKey: ["orders-found", q],
    queryFn: ({ signal }) => getJson<OrderListPage>(api.orders({ q, limit: MOST_OFFERED }), signal),
    enabled: q !== "",
    staleTime: 10_000,
    retry: false,
    networkMode: "always",
  });

export const sendReviewAnswer = (id: string, input: z.input<typeof resolveReviewInput>) =>
  sendJson<ReviewAnswered>("POST", api.resolveReview(id), input);

export const sendReviewOwner = (id: string, input: z.input<typeof assignReviewInput>) =>
  sendJson<ReviewView>("POST", api.assignReview(id), input);
