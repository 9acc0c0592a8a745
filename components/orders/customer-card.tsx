"use client";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import type { OrderView } from "#lib/contracts/orders";
import { formatCount } from "#lib/format";
import { pages } from "#lib/paths";

/** Who it is for, and how they have paid so far. */
export function CustomerCard({ order }: { order: OrderView }) {
  const t = useTranslations("order.customer");
  const languages = useTranslations("order.language");
  const locale = useLocale();
  const { customer } = order;
  if (!customer) return null;
  const orders = formatCount(customer.orderCount, locale);
  return (
    <section className="panel" aria-labelledby="customer-title">
      <h2 id="customer-title" className="panel-title">
        {t("title")}
      </h2>
      <FactsList>
        <Fact label={t("orders")}>
          <Link href={`${pages.orders()}?customerId=${customer.id}`}>
            {t("ordersUnpaid", { orders, unpaid: customer.unpaidCount })}
          </Link>
        </Fact>
        {customer.phone && (
          <Fact label={t("phone")}>
            <a href={`tel:${customer.phone}`}>{customer.phone}</a>
          </Fact>
        )}
        {customer.email && (
          <Fact label={t("email")}>
            <a href={`mailto:${customer.email}`}>{customer.email}</a>
          </Fact>
        )}
        {customer.taxId && <Fact label={t("taxId")}>{customer.taxId}</Fact>}
        <Fact label={t("language")}>{languages(order.language)}</Fact>
      </FactsList>
    </section>
  );
}
