"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { announce } from "#components/announcer";
import { HandBadge, OfflineFacts } from "#components/offline/offline-facts";
import { useSourceName } from "#components/offline/use-source-name";
import { onDemand } from "#components/on-demand";
import { PageHead } from "#components/page-head";
import { PaymentPill, ReviewFlag } from "#components/state-badges";
import { Timeline } from "#components/timeline";
import { useMoneyText } from "#components/use-money-text";
import { paymentQuery, paymentTimelineQuery } from "#lib/api/payments";
import type { TimelineEntry } from "#lib/contracts/orders";
import type { PaymentPageView } from "#lib/contracts/payments";
import { pages } from "#lib/paths";
import { HoldFacts } from "./hold-facts";
import { LinkFacts } from "./link-facts";
import { NotePanel } from "./note-panel";
import { PaymentFacts } from "./payment-facts";
import { ProviderCalls } from "./provider-calls";
import { ProviderReports } from "./provider-reports";
import { ReferenceFacts } from "./reference-facts";
import { ServiceCan } from "./service-can";
import { TestBadge } from "./test-badge";
import { TransactionActions } from "./transaction-actions";
import { TransactionNotices } from "./transaction-notices";
import { useTransactionCommands } from "./use-transaction-commands";

const Finalize = onDemand(() => import("./transaction-finalize").then((module) => module.TransactionFinalize));

const Refund = onDemand(() => import("./refund-dialog").then((module) => module.RefundDialog));

/**
 * One transaction: its amount and state, what may be done with it, what happened to it in sentences, every fact, every call to
 * the provider and every report from it. Asks the server again by itself while something is awaited.
 */
export function TransactionPage({
  initial,
  initialTimeline,
}: {
  initial: PaymentPageView;
  initialTimeline: TimelineEntry[];
}) {
  const t = useTranslations("transactions");
  const { data, isError, dataUpdatedAt } = useQuery({ ...paymentQuery(initial.id), initialData: initial });
  const payment = data;
  const { data: timeline } = useQuery({ ...paymentTimelineQuery(initial.id), initialData: initialTimeline });
  const commands = useTransactionCommands(payment);
  const [finalizing, setFinalizing] = useState(false);
  const [refunding, setRefunding] = useState(false);
  const amount = useMoneyText()(payment.amount);
  const source = useSourceName();
  useNews(payment);

  const actions = { payment, commands, onFinalize: () => setFinalizing(true), onRefund: () => setRefunding(true) };
  return (
    <div className="transaction">
      <PageHead
        title={amount}
        barTitle={`${payment.orderNumber} / ${payment.attempt}`}
        back={{ href: pages.transactions(), label: t("page.backToList") }}
        pills={
          <>
            <PaymentPill state={payment.state} />
            {payment.needsReview && <ReviewFlag />}
            {payment.offline && <HandBadge />}
            <span className="text-muted">
              {source(payment)} ·{" "}
              <Link
                className="text-link underline decoration-border underline-offset-4"
                href={pages.order(payment.orderId)}
              >
                {payment.orderNumber}
              </Link>{" "}
              · {t("attempt", { attempt: payment.attempt })}
            </span>
            {payment.mode === "test" && <TestBadge />}
          </>
        }
        actions={<TransactionActions {...actions} />}
      />
      <TransactionNotices
        payment={payment}
        commands={commands}
        staleSince={isError ? new Date(dataUpdatedAt).toISOString() : null}
      />
      <div className="transaction-body">
        <div className="min-w-0">
          <Timeline
            entries={timeline}
            filters={["all", "money", "messages", "system"]}
            extra={
              payment.events.length > 0 &&
              !payment.offline && (
                <a className="ms-auto text-xs text-link" href="#reports">
                  {t("showRawLink")}
                </a>
              )
            }
          />
          {!payment.offline && <ProviderCalls payment={payment} />}
          {!payment.offline && <ProviderReports payment={payment} />}
        </div>
        <aside className="transaction-side on-background" aria-label={t("page.facts")}>
          <ByHand payment={payment} />
          <HoldFacts payment={payment} />
          <PaymentFacts payment={payment} />
          {!payment.offline && <LinkFacts payment={payment} commands={commands} />}
          <ReferenceFacts payment={payment} />
          <NotePanel payment={payment} commands={commands} />
          {!payment.offline && <ServiceCan capabilities={payment.capabilities} />}
        </aside>
      </div>
      <div className="transaction-bar no-print" role="toolbar" aria-label={t("page.actions")}>
        <TransactionActions {...actions} place="bar" />
      </div>
      {finalizing && <Finalize payment={payment} commands={commands} onClose={() => setFinalizing(false)} />}
      {refunding && <Refund payment={payment} commands={commands} onClose={() => setRefunding(false)} />}
    </div>
  );
}

/** What a person wrote down, in the place of what a provider reports. */
function ByHand({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("offline");
  if (!payment.offline) return null;
  return (
    <section className="panel" aria-labelledby="by-hand-title">
      <h2 id="by-hand-title">{t("facts")}</h2>
      <OfflineFacts payment={payment} />
    </section>
  );
}

/** What happens while somebody looks: a new state is read out, and the history is read again when it has grown. */
function useNews(payment: PaymentPageView): void {
  const t = useTranslations("transactions.page");
  const states = useTranslations("states.payment");
  const client = useQueryClient();
  const state = states(payment.state);

  const told = useRef(state);
  useEffect(() => {
    if (told.current === state) return;
    told.current = state;
    announce(t("stateChanged", { state }));
  }, [state, t]);

  const print = [payment.state, payment.events.length, payment.operations.length, payment.unsettled?.state].join();
  const read = useRef(print);
  useEffect(() => {
    if (read.current === print) return;
    read.current = print;
    void client.invalidateQueries({ queryKey: paymentTimelineQuery(payment.id).queryKey });
  }, [print, client, payment.id]);
}
