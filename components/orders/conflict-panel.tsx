"use client";
import { Button } from "@heroui/react";
import { Users } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { differences, draftOf, draftTotals, isBlank, type OrderDraft } from "#lib/api/order-draft";
import type { OrderFormChoices, OrderView } from "#lib/contracts/orders";
import { formatMoney } from "#lib/format";

/** Two people saved the same order. Both versions side by side, field by field; nothing is lost until one is chosen. */
export function ConflictPanel({
  mine,
  theirs,
  choices,
  onTakeTheirs,
  onKeepMine,
}: {
  mine: OrderDraft;
  theirs: OrderView;
  choices: OrderFormChoices;
  onTakeTheirs: () => void;
  onKeepMine: () => void;
}) {
  const t = useTranslations("orderForm.conflict");
  const form = useTranslations("orderForm.prepayment");
  const languages = useTranslations("order.language");
  const locale = useLocale();
  const other = draftOf(theirs, locale);
  const fields = differences(mine, other);

  const told = (draft: OrderDraft, field: keyof OrderDraft): string => {
    switch (field) {
      case "customer":
        return draft.customer?.name ?? "";
      case "newCustomer":
        return draft.newCustomer?.name ?? "";
      case "salespersonId":
        return choices.salespeople.find(({ id }) => id === draft.salespersonId)?.name ?? "";
      case "paymentServiceId":
        return choices.services.find(({ id }) => id === draft.paymentServiceId)?.name ?? "";
      case "language":
        return languages(draft.language);
      case "prepayment":
        return draft.prepayment === "none" ? t("prepaymentNone") : form(draft.prepayment);
      case "percent":
        return draft.percent && `${draft.percent} %`;
      case "lines": {
        const { totalMinor } = draftTotals(draft, theirs.pricesIncludeVat);
        const total = formatMoney(totalMinor, draft.currency, locale);
        return t("lines", { count: draft.lines.filter((line) => !isBlank(line)).length, total });
      }
      default:
        return draft[field];
    }
  };
  return (
    <section className="conflict" role="alert">
      <p>
        <Users className="icon" aria-hidden="true" />
        <span>
          <b>{t("title")}</b> {fields.length > 0 ? t("more") : t("same")}
        </span>
      </p>
      {fields.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("field")}</th>
              <th scope="col">{t("yours")}</th>
              <th scope="col">{t("theirs")}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field}>
                <th scope="row">{t(`fields.${field}`)}</th>
                <td>{told(mine, field) || t("nothing")}</td>
                <td>{told(other, field) || t("nothing")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="gate-actions">
        <Button size="sm" variant="outline" onPress={onTakeTheirs}>
          {t("takeTheirs")}
        </Button>
        <Button size="sm" variant="outline" onPress={onKeepMine}>
          {t("keepMine")}
        </Button>
      </div>
    </section>
  );
}
