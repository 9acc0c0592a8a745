import { useTranslations } from "next-intl";

/** A masked card the way people say it, `•••• 1902`; the whole mask on hover. */
export function CardMask({ mask }: { mask: string }) {
  const t = useTranslations("transactions.fact");
  const last = mask.replace(/\D/g, "").slice(-4);
  return (
    <span className="num" title={mask}>
      <span aria-hidden="true">•••• {last}</span>
      <span className="unseen">{t("cardDigits", { last })}</span>
    </span>
  );
}
