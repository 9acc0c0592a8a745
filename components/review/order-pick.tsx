"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Money } from "#components/money";
import { useSettled } from "#components/orders/use-settled";
import { OrderStatusPill } from "#components/state-badges";
import { ordersFound } from "#lib/api/reviews";
import type { Currency } from "#lib/domain/money";

export type PickedOrder = { id: string; number: string };

/** Another order, found by its number, customer or amount. Orders that cannot take the money are not offered. */
export function OrderPick({
  currency,
  not,
  picked,
  onPick,
  isMissing,
}: {
  currency: Currency | null;
  not: string | null;
  picked: PickedOrder | null;
  onPick: (order: PickedOrder | null) => void;
  isMissing: boolean;
}) {
  const t = useTranslations("review.order");
  const id = useId();
  const [typed, setTyped] = useState("");
  const wanted = useSettled(typed.trim());
  const { data, isError } = useQuery({ ...ordersFound(wanted), placeholderData: keepPreviousData });
  const found = (wanted === "" ? [] : (data?.rows ?? [])).filter(
    (order) => order.id !== not && order.status !== "cancelled" && (currency === null || order.currency === currency),
  );
  const said = isError ? t("unreadable") : wanted !== "" && data && found.length === 0 ? t("nothing") : t("hint");
  return (
    <div className="order-pick">
      <label className="label" htmlFor={id}>
        {t("label")}
      </label>
      <input
        id={id}
        className="input input--full-width"
        type="search"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          onPick(null);
        }}
        // Enter looks at what was found; it does not send the form.
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        placeholder={t("placeholder")}
        autoComplete="off"
        maxLength={200}
        aria-invalid={isMissing || undefined}
        aria-describedby={`${id}said`}
        // biome-ignore lint/a11y/noAutofocus: the dialog was opened to answer this question first
        autoFocus
      />
      <p id={`${id}said`} className={isMissing ? "text-xs order-pick-missing" : "text-xs text-muted"} role="status">
        {isMissing ? t("needed") : said}
      </p>
      {found.length > 0 && (
        <fieldset>
          <legend className="unseen">{t("found")}</legend>
          {found.map((order) => (
            <label key={order.id} className="order-pick-row">
              <input
                type="radio"
                name={`${id}order`}
                checked={picked?.id === order.id}
                onChange={() => onPick({ id: order.id, number: order.number })}
              />
              <span>
                <b>{order.number}</b> {order.customerName}
              </span>
              <Money value={order.total} />
              <OrderStatusPill status={order.status} completed={order.completed} wear="quiet" />
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
