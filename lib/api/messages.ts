import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  MessageSettingsInput,
  MessageSettingsView,
  MessageView,
  OrderMessages,
  PreviewView,
  ResendMessageInput,
  SmsGatewayInput,
  TemplateView,
  TestMailView,
} from "#lib/contracts/messages";
import { api } from "#lib/paths";
import { sendJson, watchJson } from "./http.ts";

const WATCH_AFTER_MS = 5_000;
/** Mail that comes back mostly does so at once. */
const COMES_BACK_WITHIN_MS = 2 * 60_000;
/** Sent, or reported about, so lately that more may be on its way. */
export const mayHaveNews = ({ sentAt, createdAt }: MessageView) =>
  Date.now() - Date.parse(sentAt ?? createdAt) < COMES_BACK_WITHIN_MS;
const isOnItsWay = (message: MessageView) =>
  message.state === "queued" || message.state === "sending" || (message.state === "sent" && mayHaveNews(message));

/** What an order's customer was sent; asked again by itself while something is on its way, and when the order changes. */
export const orderMessagesQuery = (orderId: string, updatedAt: string) =>
  queryOptions({
    queryKey: ["order-messages", orderId, updatedAt],
    queryFn: ({ signal }) => watchJson<OrderMessages>(api.orderMessages(orderId), signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.rows.some(isOnItsWay) ? WATCH_AFTER_MS : false),
    staleTime: 0,
    retry: false,
    networkMode: "always",
  });

export const resendMessage = (messageId: string, input: ResendMessageInput): Promise<OrderMessages> =>
  sendJson<OrderMessages>("POST", api.resendMessage(messageId), input);

export const saveAutomatic = (input: MessageSettingsInput): Promise<MessageSettingsView> =>
  sendJson<MessageSettingsView>("PATCH", api.messageSettings(), input);

type Words = { subject: string; body: string };
type Named = Pick<TemplateView, "kind" | "language">;

export const saveWording = ({ kind, language }: Named, words: Words): Promise<MessageSettingsView> =>
  sendJson<MessageSettingsView>("PATCH", api.messageTemplate(kind, language), words);

export const forgetWording = ({ kind, language }: Named): Promise<MessageSettingsView> =>
  sendJson<MessageSettingsView>("DELETE", api.messageTemplate(kind, language));

export const previewWording = (named: Named, words: Words): Promise<PreviewView> =>
  sendJson<PreviewView>("POST", api.previewMessage(), { ...named, ...words });

export const sendTest = (named: Named, words: Words): Promise<TestMailView> =>
  sendJson<TestMailView>("POST", api.testMessage(), { ...named, ...words });

export const saveSms = (version: number, sms: SmsGatewayInput): Promise<MessageSettingsView> =>
  sendJson<MessageSettingsView>("PATCH", api.messageSettings(), { version, sms });

export const sendTestSms = (to: string): Promise<TestMailView> => sendJson<TestMailView>("POST", api.testSms(), { to });
