"use client";
import { useLocale, useTranslations } from "next-intl";
import type { OrderView } from "#lib/contracts/orders";
import { formatDate } from "#lib/format";

/** The head of the document: when, who, their number, how to reach the customer. */
export function OrderFacts({ order }: { order: OrderView }) {
  const t = useTranslations("order.facts");
  const locale = useLocale();
  const none = <span className="quiet">{t("none")}</span>;
  const { customer } = order;
  return (
    <section aria-label={t("title")}>
      <dl className="order-facts">
        <div>
          <dt>{t("ordered")}</dt>
          {/* A calendar date has no time and no zone. */}
          <dd className="num">{formatDate(`${order.orderDate}T12:00:00Z`, { locale, zone: "UTC" })}</dd>
        </div>
        <div>
          <dt>{t("salesperson")}</dt>
          <dd>{order.salesperson?.name ?? none}</dd>
        </div>
        <div>
          <dt>{t("externalReference")}</dt>
          <dd>{order.externalReference ?? none}</dd>
        </div>
        {customer?.phone && !customer.email ? (
          <div>
            <dt>{t("customerPhone")}</dt>
            <dd>
              <a href={`tel:${customer.phone}`}>{customer.phone}</a>
            </dd>
          </div>
        ) : (
          <div>
            <dt>{t("customerEmail")}</dt>
            <dd>{customer?.email ? <a href={`mailto:${customer.email}`}>{customer.email}</a> : none}</dd>
          </div>
        )}
        {order.note && (
          <div className="order-note">
            <dt>{t("note")}</dt>
            <dd>{order.note}</dd>
          </div>
        )}
      </dl>
    </section>
  );
}
