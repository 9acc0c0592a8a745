import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { TimelineEntry } from "#lib/contracts/orders";
import type { PaymentPageView, refundInput, updatePaymentInput } from "#lib/contracts/payments";
import { api } from "#lib/paths";
import { getJson, sendJson } from "./http.ts";

/**
 * What the transaction page asks and sends. The five FactBox actions are defined once, beside the order that shows them too:
 * see `orders.ts`.
 */

const once = { retry: false, networkMode: "always" } as const;

/** How often a payment that something is awaited of is asked for again. */
const WATCH_AFTER_MS = 4_000;

/**
 * True while news may come by itself: a link that can still be paid, or a call to the provider whose answer we do not have.
 * A hold can stay for days; it is followed by the regular task, not by an open tab.
 */
export const isAwaited = (payment: Pick<PaymentPageView, "state" | "unsettled">): boolean =>
  payment.unsettled !== null ||
  payment.state === "creating" ||
  payment.state === "pending" ||
  payment.state === "processing";

/** Asked again by itself only while something is awaited, and only in a visible tab. */
export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ["payment", id],
    queryFn: ({ signal }) => getJson<PaymentPageView>(api.payment(id), signal),
    refetchInterval: ({ state }) => (state.data && isAwaited(state.data) ? WATCH_AFTER_MS : false),
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: 2_000,
    ...once,
  });

export const paymentTimelineQuery = (id: string) =>
  queryOptions({
    queryKey: ["payment-timeline", id],
    queryFn: async ({ signal }) => {
      const path = `${api.payment(id)}/timeline`;
      const answer = await getJson<TimelineEntry[] | { rows: TimelineEntry[] }>(path, signal);
      return Array.isArray(answer) ? answer : answer.rows;
    },
    staleTime: 2_000,
    ...once,
  });

/** Gives taken money back; answers before the bank has, with the refund under way. */
export const sendRefund = (id: string, input: z.input<typeof refundInput>) =>
  sendJson<{ payment: PaymentPageView }>("POST", api.refunds(id), input);

/** Description and metadata; the contract accepts nothing about money. */
export const sendPaymentNote = (id: string, input: z.input<typeof updatePaymentInput>) =>
  sendJson<PaymentPageView>("PATCH", api.payment(id), input);
