import { useTranslations } from "next-intl";
import type { PaymentType } from "#lib/domain/payment";

/** A service as people tell two of one provider apart: name and type, unless the name says the type already. */
export function useServiceTitle(): (service: { name: string; paymentType: PaymentType }) => string {
  const type = useTranslations("states.paymentType");
  return ({ name, paymentType }) => {
    const word = type(paymentType);
    return name.toLocaleLowerCase().includes(word.toLocaleLowerCase()) ? name : `${name} · ${word}`;
  };
}
