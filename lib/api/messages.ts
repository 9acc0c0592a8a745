import { queryOptions } from "@tanstack/react-query";
import type { MessageView, OrderMessages, ResendMessageInput } from "#lib/contracts/messages";
import { api } from "#lib/paths";
import { sendJson, watchJson } from "./http.ts";

const WATCH_AFTER_MS = 5_000;
const isOnItsWay = ({ state }: MessageView) => state === "queued" || state === "sending";

/** What an order's customer was sent; asked again by itself while something is on its way, and when the order changes. */
export const orderMessagesQuery = (orderId: string, updatedAt: string) =>
  queryOptions({
    queryKey: ["order-messages", orderId, updatedAt],
    queryFn: ({ signal }) => watchJson<OrderMessages>(api.orderMessages(orderId), signal),
    placeholderData: (before: OrderMessages | undefined) => before,
    refetchInterval: ({ state }) => (state.data?.rows.some(isOnItsWay) ? WATCH_AFTER_MS : false),
    staleTime: 0,
    retry: false,
    networkMode: "always",
  });

export const resendMessage = (messageId: string, input: ResendMessageInput): Promise<OrderMessages> =>
  sendJson<OrderMessages>("POST", api.resendMessage(messageId), input);
