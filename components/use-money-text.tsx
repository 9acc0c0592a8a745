"use client";
import { useLocale } from "next-intl";
import type { MoneyView } from "#lib/domain/money";
import { formatMoneyView } from "#lib/format";

/** Amounts for sentences and labels; where an amount is an element of its own, use `Money`. */
export function useMoneyText(): (value: MoneyView) => string {
  const locale = useLocale();
  return (value) => formatMoneyView(value, locale);
}
