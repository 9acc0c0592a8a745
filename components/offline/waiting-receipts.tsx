"use client";
import "../waivers/approvals.css";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { onDemand } from "#components/on-demand";
import { ProblemLine } from "#components/problem-line";
import { useMoneyText } from "#components/use-money-text";
import { useTwoPeople } from "#components/waivers/use-two-people";
import { orderQuery, timelineQuery } from "#lib/api/orders";
import type { OfflineRecorded } from "#lib/contracts/approvals";
import type { OrderView } from "#lib/contracts/orders";
import { ReceiptSentence } from "./receipt-sentence";

const ReceiptActions = onDemand(() => import("./receipt-actions").then((module) => module.ReceiptActions));

/** Recorded money of this order that does not count yet: what it is, who recorded it, and the second person's buttons. */
export function WaitingReceipts({ order }: { order: OrderView }) {
  const t = useTranslations("offline");
  const kind = useTranslations("states.offlineKind");
  const amount = useMoneyText();
  const client = useQueryClient();
  const { queryKey } = orderQuery(order.id);
  const readTimeline = () => void client.invalidateQueries({ queryKey: timelineQuery(order.id).queryKey });
  const commands = useTwoPeople<OfflineRecorded>(
    (answer) => {
      client.setQueryData(queryKey, answer.order);
      readTimeline();
    },
    () => {
      void client.invalidateQueries({ queryKey });
      readTimeline();
    },
  );
  if (order.waitingReceipts.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="waiting-receipts-title">
      <h2 id="waiting-receipts-title" className="panel-title">
        {t("panel")}
      </h2>
      {commands.problem && <ProblemLine what={t("failed")} problem={commands.problem} />}
      {order.waitingReceipts.map((receipt) => (
        <div key={receipt.id} className="receipt">
          <p className="panel-text">{t("waits", { amount: amount(receipt.amount), kind: kind(receipt.kind) })}</p>
          <ReceiptSentence receipt={receipt} />
          <ReceiptActions receipt={receipt} commands={commands} />
        </div>
      ))}
    </section>
  );
}
