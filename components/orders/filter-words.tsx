import { useLocale, useTranslations } from "next-intl";
import { activeFilters, type OrderFilterName } from "#lib/api/order-filters";
import type { OrderListQuery } from "#lib/contracts/orders";
import { formatDate } from "#lib/format";

/** The value of a filter as people say it. Names of people and customers are not in the address; the caller may know them. */
export function useFilterWords(known: Partial<Record<OrderFilterName, string>> = {}) {
  const t = useTranslations("orders");
  const states = useTranslations("states");
  const locale = useLocale();
  return (name: OrderFilterName, value: string): string => {
    const said = known[name];
    if (said) return said;
    switch (name) {
      case "payment":
        return states(`plain.${value === "review" ? "manual_review" : (value as "paid")}`);
      case "status":
        return states(`order.${value as "open"}`);
      case "from":
      case "to":
        return formatDate(`${value}T12:00:00Z`, { locale, zone: "UTC" });
      case "customerId":
        return t("oneCustomer");
      default:
        return value;
    }
  };
}

/** All filters in force in one phrase: `“Ромашка”, Payment Paid, Ordered from 1 Nov 2026`. */
export function useFiltersTold(query: OrderListQuery): string {
  const t = useTranslations("orders.field");
  const words = useFilterWords();
  return activeFilters(query)
    .map((name) => (name === "q" ? `“${query.q}”` : `${t(name)} ${words(name, query[name] ?? "")}`))
    .join(", ");
}
