"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { announce } from "#components/announcer";
import { showToast } from "#components/toaster";
import { sendOffline, sendWaiver } from "#lib/api/approvals";
import { asProblem } from "#lib/api/http";
import * as commands from "#lib/api/orders";
import type { OfflineRecorded } from "#lib/contracts/approvals";
import type { OrderView } from "#lib/contracts/orders";
import type { PaymentView } from "#lib/contracts/payments";
import type { Problem } from "#lib/contracts/problem";
import type { MoneyView } from "#lib/domain/money";

export type OrderCommand =
  | "release"
  | "reopen"
  | "cancel_order"
  | "new_link"
  | "ship"
  | "invoice"
  | "sync"
  | "cancel_payment"
  | "delete_payment"
  | "finalize"
  | "release_hold"
  | "waive"
  | "record_offline";

export type Failure = { command: OrderCommand; problem: Problem };
type Wish = { command: OrderCommand; send: () => Promise<unknown> };

/**
 * Everything a person can do to the order that is on screen. One thing at a time; each is sent once. The answer replaces what
 * is shown; a failure stays on the page and what is shown is read again, because a refusal means that it was out of date.
 */
export function useOrderCommands(order: OrderView) {
  const t = useTranslations("order");
  const states = useTranslations("states");
  const client = useQueryClient();
  const [failure, setFailure] = useState<Failure | null>(null);
  const { mutate, mutateAsync, isPending, variables } = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: ({ send }: Wish) => send(),
    onMutate: () => setFailure(null),
    onSuccess: async (answer, { command }) => {
      // A reading that was under way may be older than this answer.
      await client.cancelQueries({ queryKey: commands.orderQuery(order.id).queryKey });
      const payment = paymentIn(answer);
      if (command === "sync" && payment) {
        const news = payment.state === order.payment?.state ? "payment.upToDate" : "payment.changedTo";
        const text = t(news, {
          provider: states(`provider.${payment.provider}`),
          state: states(`payment.${payment.state}`),
        });
        showToast({ text });
        announce(text);
      } else announce(isUnderWay(answer) ? t("done.pending") : t(`done.${command}`));
      const shown = orderIn(answer);
      if (shown) client.setQueryData(commands.orderQuery(order.id).queryKey, shown);
      else void client.invalidateQueries({ queryKey: commands.orderQuery(order.id).queryKey });
      void client.invalidateQueries({ queryKey: commands.timelineQuery(order.id).queryKey });
    },
    onError: (error, { command }) => {
      setFailure({ command, problem: asProblem(error) });
      void client.invalidateQueries({ queryKey: commands.orderQuery(order.id).queryKey });
      void client.invalidateQueries({ queryKey: commands.timelineQuery(order.id).queryKey });
    },
  });

  const start = (command: OrderCommand, send: () => Promise<unknown>) => {
    if (!isPending) mutate({ command, send });
  };
  /** For dialogs, which close when it has worked and stay open when it has not. */
  const attempt = async (command: OrderCommand, send: () => Promise<unknown>): Promise<boolean> => {
    if (isPending) return false;
    return mutateAsync({ command, send }).then(
      () => true,
      () => false,
    );
  };

  const { id, version } = order;
  return {
    running: isPending ? (variables?.command ?? null) : null,
    failure,
    dismiss: () => setFailure(null),
    release: () => start("release", () => commands.releaseOrder(id).send({ version })),
    reopen: () => start("reopen", () => commands.reopenOrder(id).send({ version })),
    /** For what is missing; `replace` cancels the live one first, `forBalance` asks for the rest after the prepayment. */
    newLink: (input: { replace?: boolean; forBalance?: boolean; tellCustomer?: boolean } = {}) =>
      start("new_link", () => commands.createLink(id).send(input)),
    cancel: (reason: string) => attempt("cancel_order", () => commands.cancelOrder(id).send({ version, reason })),
    ship: (input: commands.ShipInput) => attempt("ship", () => commands.shipOrder(id).send(input)),
    invoice: (input: commands.InvoiceInput) => attempt("invoice", () => commands.invoiceOrder(id).send(input)),
    /** Null when it was refused; the answer says how a link that was to be cancelled ended. */
    recordOffline: async (input: Parameters<typeof sendOffline>[1]): Promise<OfflineRecorded | null> => {
      let recorded: OfflineRecorded | null = null;
      await attempt("record_offline", async () => {
        recorded = await sendOffline(id, input);
        return recorded;
      });
      return recorded;
    },
    waive: (input: Parameters<typeof sendWaiver>[1]) => attempt("waive", () => sendWaiver(id, input)),
    sync: (paymentId: string) => start("sync", () => commands.syncPayment(paymentId).send()),
    cancelPayment: (paymentId: string) => start("cancel_payment", () => commands.cancelPayment(paymentId).send({})),
    deletePayment: (paymentId: string) => start("delete_payment", () => commands.deletePayment(paymentId).send()),
    releaseHold: (paymentId: string) => start("release_hold", () => commands.releaseHold(paymentId).send()),
    finalize: (paymentId: string, amount?: MoneyView) =>
      attempt("finalize", () => commands.finalizePayment(paymentId).send(amount ? { amount } : {})),
  };
}

export type OrderCommands = ReturnType<typeof useOrderCommands>;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const paymentIn = (answer: unknown): PaymentView | null =>
  isRecord(answer) && isRecord(answer.payment) && "attempt" in answer.payment && "order" in answer
    ? (answer.payment as PaymentView)
    : null;

/** Accepted is not done: the provider has still to say so. */
const isUnderWay = (answer: unknown): boolean =>
  isRecord(answer) && (answer.pending === true || (paymentIn(answer)?.unsettled ?? null) !== null);

/** Order mutations answer with the order itself, release and payment actions with it beside something else. */
function orderIn(answer: unknown): OrderView | null {
  if (!isRecord(answer)) return null;
  if ("order" in answer) return answer.order as OrderView;
  return "lines" in answer && "actions" in answer ? (answer as OrderView) : null;
}
