import { useTranslations } from "next-intl";

/** Test money: never to be taken for real money, so it is said wherever an amount of a test service stands. */
export function TestBadge() {
  const t = useTranslations("common");
  return (
    <span className="badge-test inline-flex h-5 items-center rounded border border-warning-soft-foreground px-1.5 text-xs font-medium text-warning-soft-foreground">
      {t("test")}
    </span>
  );
}
