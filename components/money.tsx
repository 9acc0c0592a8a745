import { useLocale } from "next-intl";
import type { MoneyView } from "#lib/domain/money";
import { formatBareMoney, formatMoneyView } from "#lib/format";

/** An amount in the reader's language. `bare` leaves the currency's sign to the head of the column. */
export function Money({ value, bare = false, className }: { value: MoneyView; bare?: boolean; className?: string }) {
  const locale = useLocale();
  return (
    <span className={className ? `num ${className}` : "num"}>
      {bare ? formatBareMoney(value.amount, value.currency, locale) : formatMoneyView(value, locale)}
    </span>
  );
}
