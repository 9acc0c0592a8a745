"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, CloudOff, Hourglass } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { Attempts } from "#components/attempts";
import { GatePanel } from "#components/gate-panel";
import { MessageLine } from "#components/message-line";
import { WaitingReceipts } from "#components/offline/waiting-receipts";
import { onDemand } from "#components/on-demand";
import { PageHead } from "#components/page-head";
import { PaymentFactBox } from "#components/payment-factbox";
import { ProblemLine } from "#components/problem-line";
import { FulfilmentPill, OrderStatusPill, ReviewFlag } from "#components/state-badges";
import { Time } from "#components/time";
import { Timeline } from "#components/timeline";
import { useCommands } from "#components/use-shortcuts";
import { WaiverPanel } from "#components/waivers/waiver-panel";
import { isUnsettled } from "#lib/api/http";
import { orderQuery, timelineQuery } from "#lib/api/orders";
import type { OrderView, TimelineEntry } from "#lib/contracts/orders";
import { parsePercent } from "#lib/domain/order-line";
import { CustomerCard } from "./customer-card";
import { DocumentList } from "./document-list";
import { gateFix, OpenGateActions } from "./gate-fixes";
import { nextStep } from "./next-step";
import { type ActionProps, EditAction, InvoiceAction, LinkAction, type OrderDialog, ShipAction } from "./order-actions";
import { OrderFacts } from "./order-facts";
import { OrderLines } from "./order-lines";
import { OrderMenu } from "./order-menu";
import { OrderTotals } from "./order-totals";
import { PhoneBar } from "./phone-bar";
import { PrepaymentPanel } from "./prepayment-panel";
import { useShareLink } from "./use-copy-link";
import { useOrderCommands } from "./use-order-commands";
import { useOrderNews } from "./use-order-news";
import { useWayBack } from "./use-way-back";

const MessagePanel = onDemand(() => import("#components/messages/message-panel").then((module) => module.MessagePanel));
const OrderDialogs = onDemand(() => import("./order-dialogs").then((module) => module.OrderDialogs));

const FACTBOX_SETTING = "hp_factbox";

/**
 * An order to read and to act on. It asks the server again by itself while something is awaited, so a paid order opens in
 * front of whoever looks at it. In the source: payment and gate, then the document, then the history, which is the order in
 * which a phone shows them.
 */
export function OrderPage({ initial, initialTimeline }: { initial: OrderView; initialTimeline: TimelineEntry[] }) {
  const t = useTranslations("order");
  const client = useQueryClient();
  const { data: order, isError, dataUpdatedAt } = useQuery({ ...orderQuery(initial.id), initialData: initial });
  const { data: timeline } = useQuery({ ...timelineQuery(initial.id), initialData: initialTimeline });
  const commands = useOrderCommands(order);
  const share = useShareLink(order);
  const [dialog, setDialog] = useState<OrderDialog | null>(null);
  const factBox = useFactBox();
  const way = useWayBack(initial.id);
  useOrderNews(order);

  // Coming back from the form, the page brings newer facts than what this tab remembers.
  useEffect(() => {
    const key = orderQuery(initial.id).queryKey;
    const known = client.getQueryData(key);
    if (known && known.updatedAt < initial.updatedAt) client.setQueryData(key, initial);
  }, [client, initial]);

  const step = nextStep(order);
  const props: ActionProps = { order, commands, share, step, open: setDialog };
  const vatRates = [...new Set(order.lines.map((line) => parsePercent(line.vatPercent) ?? 0))];
  const { failure } = commands;
  return (
    <div className={factBox.isShown ? "order" : "order order-wide"}>
      <PageHead
        title={order.number}
        sub={order.customer?.name ?? <span className="quiet">{t("noCustomer")}</span>}
        back={{ href: way.address, label: t("way.back") }}
        pills={
          <>
            <OrderStatusPill status={order.status} completed={order.completed} />
            <FulfilmentPill shipped={order.shipped} invoiced={order.invoiced} />
            {order.needsReview && <ReviewFlag />}
            <Neighbours {...way} />
          </>
        }
        actions={
          <div className="order-actions" role="toolbar" aria-label={t("action.label")}>
            <LinkAction {...props} />
            <ShipAction {...props} />
            <InvoiceAction {...props} />
            <EditAction {...props} />
            <OrderMenu {...props} factBox={factBox} />
          </div>
        }
      />
      {(failure || isError || share.copyFailed || order.cancelling?.since) && (
        <div className="order-messages">
          {order.cancelling?.since && dialog === null && <BeingCancelled order={order} />}
          {failure && dialog === null && (
            <ProblemLine
              what={t(isUnsettled(failure.problem) ? "failed.unsettled" : `failed.${failure.command}`)}
              problem={failure.problem}
              action={
                <button type="button" className="button button--outline button--sm" onClick={commands.dismiss}>
                  {t("failed.close")}
                </button>
              }
            />
          )}
          {isError && (
            <MessageLine icon={<CloudOff className="icon" />} title={t("staleWhat")}>
              {t.rich("stale", { ago: () => <Time at={new Date(dataUpdatedAt).toISOString()} form="relative" /> })}
            </MessageLine>
          )}
          {share.copyFailed && <CopyFailed />}
        </div>
      )}
      <div className="order-body">
        <aside className="order-side on-background" aria-label={t("moneyAndGate")}>
          <PaymentFactBox
            order={order}
            commands={commands}
            share={share}
            onShare={() => setDialog("share")}
            onFinalize={() => setDialog("finalize")}
          />
          <GatePanel
            order={order}
            fix={(fix, label) => gateFix(props, fix, label)}
            whenOpen={<OpenGateActions {...props} />}
          />
          <WaiverPanel order={order} />
          <WaitingReceipts order={order} />
        </aside>
        <div className="order-main">
          <OrderFacts order={order} />
          <OrderLines order={order} />
          <div className="order-money">
            <PrepaymentPanel order={order} />
            <OrderTotals net={order.net} vat={order.vat} total={order.total} vatRates={vatRates} />
          </div>
          <Timeline entries={timeline} />
        </div>
        <aside className="order-more on-background" aria-label={t("more")}>
          <Attempts attempts={order.attempts} />
          <CustomerCard order={order} />
          <DocumentList order={order} />
          <MessagePanel order={order} maySend={order.actions.send_link?.code !== "NOT_PERMITTED"} />
        </aside>
      </div>
      <PhoneBar {...props} />
      {dialog && <OrderDialogs dialog={dialog} order={order} commands={commands} onClose={() => setDialog(null)} />}
    </div>
  );
}

/** Wanted, and not yet confirmed: what is waited for, and by whom. */
function BeingCancelled({ order }: { order: OrderView }) {
  const t = useTranslations("cancelSteps");
  const providers = useTranslations("states.provider");
  const awaited = order.attempts.find(({ unsettled }) => unsettled !== null);
  return (
    <MessageLine icon={<Hourglass className="icon" />} title={t("banner")} live="polite">
      {t("bannerMore", {
        reason: order.cancelling?.reason ?? "none",
        provider: awaited ? providers(awaited.provider) : "none",
      })}
    </MessageLine>
  );
}

/** ‹ › walk the list somebody came from. */
function Neighbours({ previous, next }: { previous: string | null; next: string | null }) {
  const t = useTranslations("order.way");
  if (previous === null && next === null) return null;
  const step = (to: string | null, label: string, keys: string, icon: ReactNode) =>
    to !== null && (
      <Link
        className="button button--ghost button--icon-only button--sm"
        href={to}
        aria-label={label}
        data-tip={label}
        aria-keyshortcuts={keys}
      >
        {icon}
      </Link>
    );
  return (
    <nav className="neighbours no-print" aria-label={t("label")}>
      {step(previous, t("previous"), "K", <ChevronLeft aria-hidden="true" />)}
      {step(next, t("next"), "J", <ChevronRight aria-hidden="true" />)}
    </nav>
  );
}

function CopyFailed() {
  const t = useTranslations("common");
  return <MessageLine icon={<CloudOff className="icon" />} tone="bad" title={t("copyFailed")} />;
}

/** The right column on or off with Alt F2, remembered on the device as people of Business Central expect. */
function useFactBox() {
  const t = useTranslations("order.action");
  const [isShown, setShown] = useState(true);
  useEffect(() => setShown(localStorage.getItem(FACTBOX_SETTING) !== "off"), []);
  const toggle = () => {
    localStorage.setItem(FACTBOX_SETTING, isShown ? "off" : "on");
    setShown(!isShown);
  };
  useCommands([{ id: "factbox", label: t("factBox"), keys: "alt+f2", disabledReason: null, run: toggle }]);
  return { isShown, toggle };
}
