import { useLocale, useTranslations } from "next-intl";
import type { Problem } from "#lib/contracts/problem";
import type { FieldError } from "#lib/domain/refusal";
import { formatCount } from "#lib/format";

type Said = FieldError & { message?: string };

/** What is wrong with a field, in words. The form's own check and the API's answer use the same codes, so they read alike. */
export function useFieldWords(): (error: Said) => string {
  const t = useTranslations("services.error");
  const locale = useLocale();
  return ({ field, code, params, message }) => {
    const limit = Number(params?.max);
    if (field === "validitySeconds") {
      if (Number.isFinite(limit) && (code === "above_provider_limit" || code === "too_long"))
        return t("above_provider_limit", { max: formatCount(limit, locale) });
      if (code === "too_long") return t("validityTooLong");
      if (code !== "too_short") return t("validityNumber", { max: formatCount(2_592_000, locale) });
    }
    if (field === "holdMarginHours") return t("marginNumber");
    if (code !== "above_provider_limit" && t.has(code as "invalid")) return t(code as "invalid");
    return message || t("invalid");
  };
}

/** A credential by its name on the provider's own pages; a provider of tomorrow shows its technical name. */
export function useKeyLabel(): (name: string) => string {
  const t = useTranslations("services.credential");
  return (name) => (t.has(name as "token") ? t(name as "token") : name);
}

/** What a provider, or the way to it, said: in words where it is a code of ours, else verbatim. */
export function useProviderWords(): (said: string) => string {
  const t = useTranslations("services.said");
  return (said) => (t.has(said as "timeout") ? t(said as "timeout") : said.replace(/\.\s*$/, ""));
}

/** The form's errors by field; the first one said of a field wins. */
export function byField(errors: readonly Said[] | Problem["errors"]): Record<string, Said> {
  const found: Record<string, Said> = {};
  for (const error of errors ?? []) found[error.field] ??= error;
  return found;
}
