"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { announce } from "#components/announcer";
import { timelineQuery } from "#lib/api/orders";
import type { OrderView } from "#lib/contracts/orders";

/**
 * What happens by itself while somebody looks at an order: the tab's title says where it stands, a change is read out, and the
 * timeline is read again when there is something new in it.
 */
export function useOrderNews(order: OrderView): void {
  const t = useTranslations("order");
  const states = useTranslations("states");
  const client = useQueryClient();
  const { payment } = order;
  const status = states(`order.${order.completed && order.status === "released" ? "completed" : order.status}`);
  // The money is the news until the goods may leave; after that the document is.
  const state =
    payment && order.status !== "open" && order.status !== "cancelled" && order.gate.ship.length > 0
      ? states(`payment.${payment.state}`)
      : status;
  const title = t("titleState", { state, number: order.number });

  useEffect(() => {
    document.title = `${title} · Holdpoint`;
  }, [title]);

  const told = useRef({ state, status: order.status });
  useEffect(() => {
    const before = told.current;
    if (before.state === state && before.status === order.status) return;
    told.current = { state, status: order.status };
    const opened = before.status === "pending_prepayment" && order.status === "released";
    announce(opened ? t("opened", { number: order.number }) : t("stateChanged", { number: order.number, state }));
  }, [state, order.status, order.number, t]);

  const print = [order.version, order.updatedAt, payment?.id, payment?.state, payment?.unsettled?.state].join();
  const read = useRef(print);
  useEffect(() => {
    if (read.current === print) return;
    read.current = print;
    void client.invalidateQueries({ queryKey: timelineQuery(order.id).queryKey });
  }, [print, client, order.id]);
}
