"use client";
import { Button } from "@heroui/react";
import { Users } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useId, useState } from "react";
import {
  type ConflictField,
  differences,
  draftOf,
  draftTotals,
  isBlank,
  likelyPicks,
  type OrderDraft,
  type Whose,
} from "#lib/api/order-draft";
import type { OrderFormChoices, OrderView } from "#lib/contracts/orders";
import { formatMoney } from "#lib/format";

type Picks = Partial<Record<ConflictField, Whose>>;

/**
 * Two people saved the same order. Both versions side by side, field by field, and for each field whose stands: what I changed
 * is mine, what only they changed is theirs, unless I say otherwise. Nothing is saved or lost by looking.
 */
export function ConflictPanel({
  mine,
  base,
  theirs,
  choices,
  onTakeTheirs,
  onCombine,
}: {
  mine: OrderDraft;
  /** What both of us started from. */
  base: OrderDraft;
  theirs: OrderView;
  choices: OrderFormChoices;
  onTakeTheirs: () => void;
  onCombine: (picks: Picks) => void;
}) {
  const t = useTranslations("orderForm.conflict");
  const form = useTranslations("orderForm.prepayment");
  const languages = useTranslations("order.language");
  const locale = useLocale();
  const id = useId();
  const other = draftOf(theirs, locale);
  const fields = differences(mine, other);
  const [said, setSaid] = useState<Picks>({});
  const picks: Picks = { ...likelyPicks(mine, other, base), ...said };

  const told = (draft: OrderDraft, field: ConflictField): string => {
    switch (field) {
      case "customer":
        return draft.newCustomer?.name ?? draft.customer?.name ?? "";
      case "salespersonId":
        return choices.salespeople.find((person) => person.id === draft.salespersonId)?.name ?? "";
      case "paymentServiceId":
        return choices.services.find((service) => service.id === draft.paymentServiceId)?.name ?? "";
      case "otherServiceIds":
        return [...choices.services, ...theirs.otherServices]
          .filter(
            ({ id }, at, all) => draft.otherServiceIds.includes(id) && all.findIndex((one) => one.id === id) === at,
          )
          .map(({ name }) => name)
          .join(", ");
      case "language":
        return languages(draft.language);
      case "prepayment":
        if (draft.prepayment === "none") return t("prepaymentNone");
        if (draft.prepayment === "percent") return `${form("percent")}: ${draft.percent} %`;
        return `${form("amount")}: ${draft.amount}`;
      case "lines": {
        const { totalMinor } = draftTotals(draft, theirs.pricesIncludeVat);
        const total = formatMoney(totalMinor, draft.currency, locale);
        return t("lines", { count: draft.lines.filter((line) => !isBlank(line)).length, total });
      }
      default:
        return draft[field];
    }
  };
  const side = (field: ConflictField, pick: Whose) => (
    <td>
      <label>
        <input
          type="radio"
          name={`${id}${field}`}
          checked={picks[field] === pick}
          onChange={() => setSaid({ ...said, [field]: pick })}
        />
        <span>{told(pick === "mine" ? mine : other, field) || t("nothing")}</span>
      </label>
    </td>
  );
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
                {side(field, "mine")}
                {side(field, "theirs")}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="gate-actions">
        {fields.length > 0 && (
          <Button size="sm" variant="outline" onPress={() => onCombine(picks)}>
            {t("useChosen")}
          </Button>
        )}
        <Button size="sm" variant="outline" onPress={onTakeTheirs}>
          {t("takeTheirs")}
        </Button>
        <Button size="sm" variant="outline" onPress={() => onCombine({})}>
          {t("keepMine")}
        </Button>
      </div>
    </section>
  );
}
