import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { CustomerView, ItemView } from "#lib/contracts/customers";
import type {
  CreateOrderInput,
  cancelOrderInput,
  invoiceInput,
  OrderPreview,
  OrderView,
  previewOrderInput,
  releaseAnswer,
  reopenInput,
  shipmentInput,
  TimelineEntry,
  UpdateOrderInput,
} from "#lib/contracts/orders";
import type { finalizeInput, newLinkInput, PaymentView, shareInput } from "#lib/contracts/payments";
import type { Page } from "#lib/contracts/shared";
import { api } from "#lib/paths";
import { getJson, sendJson } from "./http.ts";

/** What the screens ask and send about orders. No "use client" here: a server file may prefetch with the same definitions. */

const once = { retry: false, networkMode: "always" } as const;

/** Asked again by itself only while the server says that something is awaited, and only in a visible tab. */
export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id],
    queryFn: ({ signal }) => getJson<OrderView>(api.order(id), signal),
    refetchInterval: ({ state }) => state.data?.pollAfterMs ?? false,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: 2_000,
    ...once,
  });

export const timelineQuery = (orderId: string) =>
  queryOptions({
    queryKey: ["order-timeline", orderId],
    queryFn: async ({ signal }) => {
      const answer = await getJson<TimelineEntry[] | { rows: TimelineEntry[] }>(api.orderTimeline(orderId), signal);
      return Array.isArray(answer) ? answer : answer.rows;
    },
    staleTime: 2_000,
    ...once,
  });

export const customerSearch = (q: string) =>
  queryOptions({
    queryKey: ["customers", q],
    queryFn: ({ signal }) => getJson<Page<CustomerView>>(api.customers({ q, limit: 20 }), signal),
    staleTime: 30_000,
    ...once,
  });

export const itemSearch = (q: string) =>
  queryOptions({
    queryKey: ["items", q],
    queryFn: ({ signal }) => getJson<Page<ItemView>>(api.items({ q, limit: 20 }), signal),
    staleTime: 30_000,
    ...once,
  });

export type ReleaseAnswer = z.infer<typeof releaseAnswer>;
export type PaymentAnswer = { payment: PaymentView; order: OrderView };
export type ShipInput = z.input<typeof shipmentInput>;
export type InvoiceInput = z.input<typeof invoiceInput>;
type Seen = z.input<typeof reopenInput>;

/**
 * A command: sent when a person presses, never again by itself, not even when the network comes back. `send` is the bare
 * request, for a screen that runs several commands behind one another.
 */
const command = <Answer, Input = void>(name: string[], send: (input: Input) => Promise<Answer>) => ({
  ...mutationOptions<Answer, Error, Input>({ mutationKey: name, mutationFn: send, ...once }),
  send,
});

export const createOrder = () =>
  command(["order", "create"], (input: CreateOrderInput) => sendJson<OrderView>("POST", api.orders(), input));
export const updateOrder = (id: string) =>
  command(["order", id, "update"], (input: UpdateOrderInput) => sendJson<OrderView>("PATCH", api.order(id), input));
/** What a change would do to money that is already there. Changes nothing. */
export const previewOrder = (id: string, input: z.input<typeof previewOrderInput>) =>
  sendJson<OrderPreview>("POST", api.previewOrder(id), input);
export const releaseOrder = (id: string) =>
  command(["order", id, "release"], (seen: Seen) => sendJson<ReleaseAnswer>("POST", api.releaseOrder(id), seen));
export const reopenOrder = (id: string) =>
  command(["order", id, "reopen"], (seen: Seen) => sendJson<OrderView>("POST", api.reopenOrder(id), seen));
export const cancelOrder = (id: string) =>
  command(["order", id, "cancel"], (input: z.input<typeof cancelOrderInput>) =>
    sendJson<OrderView>("POST", api.cancelOrder(id), input),
  );
export const createLink = (orderId: string) =>
  command(["order", orderId, "new-link"], (input: z.input<typeof newLinkInput>) =>
    sendJson<ReleaseAnswer>("POST", api.orderPayments(orderId), input),
  );
export const shipOrder = (id: string) =>
  command(["order", id, "ship"], (input: ShipInput) => sendJson<OrderView>("POST", api.orderShipments(id), input));
export const invoiceOrder = (id: string) =>
  command(["order", id, "invoice"], (input: InvoiceInput) => sendJson<OrderView>("POST", api.orderInvoices(id), input));

export const syncPayment = (id: string) =>
  command(["payment", id, "sync"], () => sendJson<PaymentAnswer>("POST", api.syncPayment(id), {}));
export const cancelPayment = (id: string) =>
  command(["payment", id, "cancel"], (input: { reason?: string }) =>
    sendJson<PaymentAnswer>("POST", api.cancelPayment(id), input),
  );
export const deletePayment = (id: string) =>
  command(["payment", id, "delete"], () => sendJson<PaymentAnswer>("DELETE", api.payment(id)));
export const finalizePayment = (id: string) =>
  command(["payment", id, "finalize"], (input: z.input<typeof finalizeInput>) =>
    sendJson<PaymentAnswer>("POST", api.finalizePayment(id), input),
  );
export const releaseHold = (id: string) =>
  command(["payment", id, "release-hold"], () => sendJson<PaymentAnswer>("POST", api.releaseHold(id), {}));
export const sharePayment = (id: string) =>
  command(["payment", id, "share"], (input: z.input<typeof shareInput>) =>
    sendJson<PaymentAnswer>("POST", api.shares(id), input),
  );
