import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { CustomerView, ItemView } from "#lib/contracts/customers";
import type {
  CreateOrderInput,
  OrderView,
  releaseAnswer,
  reopenInput,
  shipmentInput,
  TimelineEntry,
  UpdateOrderInput,
} from "#lib/contracts/orders";
import type { finalizeInput, PaymentView, shareInput } from "#lib/contracts/payments";
import type { Page } from "#lib/contracts/shared";
import { getJson, sendJson } from "./http.ts";

/** What the screens ask and send about orders. No "use client" here: a server file may prefetch with the same definitions. */

const orderPath = (id: string) => `/api/v1/orders/${encodeURIComponent(id)}`;
const paymentPath = (id: string) => `/api/v1/payments/${encodeURIComponent(id)}`;
const search = (path: string, query: Record<string, string>) => `${path}?${new URLSearchParams(query)}`;

/** Asked again by itself only while the server says that something is awaited, and only in a visible tab. */
export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id],
    queryFn: ({ signal }) => getJson<OrderView>(orderPath(id), signal),
    refetchInterval: ({ state }) => state.data?.pollAfterMs ?? false,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: 2_000,
    retry: false,
  });

export const timelineQuery = (orderId: string) =>
  queryOptions({
    queryKey: ["order", orderId, "timeline"],
    queryFn: ({ signal }) => timelineOf(orderId, signal),
    staleTime: 2_000,
    retry: false,
  });

async function timelineOf(orderId: string, signal: AbortSignal): Promise<TimelineEntry[]> {
  const answer = await getJson<TimelineEntry[] | { rows: TimelineEntry[] }>(`${orderPath(orderId)}/timeline`, signal);
  return Array.isArray(answer) ? answer : answer.rows;
}

export const customerSearch = (q: string) =>
  queryOptions({
    queryKey: ["customers", q],
    queryFn: ({ signal }) =>
      getJson<Page<CustomerView>>(search("/api/v1/customers", { ...(q ? { q } : {}), limit: "20" }), signal),
    staleTime: 30_000,
    retry: false,
  });

export const itemSearch = (q: string) =>
  queryOptions({
    queryKey: ["items", q],
    queryFn: ({ signal }) =>
      getJson<Page<ItemView>>(search("/api/v1/items", { ...(q ? { q } : {}), active: "true", limit: "20" }), signal),
    staleTime: 30_000,
    retry: false,
  });

type Version = z.input<typeof reopenInput>;
export type QuantitiesInput = z.input<typeof shipmentInput>;
export type ReleaseAnswer = z.infer<typeof releaseAnswer>;
export type PaymentAnswer = { payment: PaymentView; order: OrderView };

export const createOrder = () =>
  mutationOptions({
    mutationKey: ["order", "create"],
    mutationFn: (input: CreateOrderInput) => sendJson<OrderView>("POST", "/api/v1/orders", input),
  });
export const updateOrder = (id: string) =>
  mutationOptions({
    mutationKey: ["order", id, "update"],
    mutationFn: (input: UpdateOrderInput) => sendJson<OrderView>("PATCH", orderPath(id), input),
  });
export const releaseOrder = (id: string) =>
  mutationOptions({
    mutationKey: ["order", id, "release"],
    mutationFn: (input: Version) => sendJson<ReleaseAnswer>("POST", `${orderPath(id)}/release`, input),
  });
export const reopenOrder = (id: string) =>
  mutationOptions({
    mutationKey: ["order", id, "reopen"],
    mutationFn: (input: Version) => sendJson<OrderView>("POST", `${orderPath(id)}/reopen`, input),
  });
export const cancelOrder = (id: string) =>
  mutationOptions({
    mutationKey: ["order", id, "cancel"],
    mutationFn: (input: Version & { reason: string }) => sendJson<OrderView>("POST", `${orderPath(id)}/cancel`, input),
  });
export const createLink = (orderId: string) =>
  mutationOptions({
    mutationKey: ["order", orderId, "new-link"],
    mutationFn: () => sendJson<ReleaseAnswer | OrderView>("POST", `${orderPath(orderId)}/payments`, {}),
  });
export const shipOrder = (id: string) =>
  mutationOptions({
    mutationKey: ["order", id, "ship"],
    mutationFn: (input: QuantitiesInput) => sendJson<OrderView>("POST", `${orderPath(id)}/shipments`, input),
  });
export const invoiceOrder = (id: string) =>
  mutationOptions({
    mutationKey: ["order", id, "invoice"],
    mutationFn: (input: Omit<QuantitiesInput, "trackingNumber">) =>
      sendJson<OrderView>("POST", `${orderPath(id)}/invoices`, input),
  });

export const syncPayment = (id: string) =>
  mutationOptions({
    mutationKey: ["payment", id, "sync"],
    mutationFn: () => sendJson<PaymentAnswer>("POST", `${paymentPath(id)}/sync`, {}),
  });
export const cancelPayment = (id: string) =>
  mutationOptions({
    mutationKey: ["payment", id, "cancel"],
    mutationFn: (input: { reason?: string }) => sendJson<PaymentAnswer>("POST", `${paymentPath(id)}/cancel`, input),
  });
export const deletePayment = (id: string) =>
  mutationOptions({
    mutationKey: ["payment", id, "delete"],
    mutationFn: () => sendJson<PaymentAnswer>("DELETE", paymentPath(id)),
  });
export const finalizePayment = (id: string) =>
  mutationOptions({
    mutationKey: ["payment", id, "finalize"],
    mutationFn: (input: z.input<typeof finalizeInput>) =>
      sendJson<PaymentAnswer>("POST", `${paymentPath(id)}/finalize`, input),
  });
export const releaseHold = (id: string) =>
  mutationOptions({
    mutationKey: ["payment", id, "release-hold"],
    mutationFn: () => sendJson<PaymentAnswer>("POST", `${paymentPath(id)}/release-hold`, {}),
  });
export const sharePayment = (id: string) =>
  mutationOptions({
    mutationKey: ["payment", id, "share"],
    mutationFn: (input: z.input<typeof shareInput>) =>
      sendJson<PaymentAnswer>("POST", `${paymentPath(id)}/shares`, input),
  });
