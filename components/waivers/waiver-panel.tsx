"use client";
import "./approvals.css";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ProblemLine } from "#components/problem-line";
import { orderQuery, timelineQuery } from "#lib/api/orders";
import type { OrderView } from "#lib/contracts/orders";
import { useTwoPeople } from "./use-two-people";
import { WaiverActions } from "./waiver-actions";
import { WaiverSentence } from "./waiver-sentence";

/** What may leave this order unpaid, until when, who asked and who approved; under the gate, because it stands in for money. */
export function WaiverPanel({ order }: { order: OrderView }) {
  const t = useTranslations("waivers");
  const client = useQueryClient();
  const again = () => {
    void client.invalidateQueries({ queryKey: orderQuery(order.id).queryKey });
    void client.invalidateQueries({ queryKey: timelineQuery(order.id).queryKey });
  };
  const commands = useTwoPeople<OrderView>((answer) => {
    client.setQueryData(orderQuery(order.id).queryKey, answer);
    void client.invalidateQueries({ queryKey: timelineQuery(order.id).queryKey });
  }, again);
  if (order.waivers.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="waivers-title">
      <h2 id="waivers-title" className="panel-title">
        {t("panel")}
      </h2>
      {commands.problem && <ProblemLine what={t("failed")} problem={commands.problem} />}
      {order.waivers.map((waiver) => (
        <div key={waiver.id} className="waiver">
          <WaiverSentence waiver={waiver} />
          <WaiverActions waiver={waiver} orderNumber={order.number} commands={commands} />
        </div>
      ))}
    </section>
  );
}
