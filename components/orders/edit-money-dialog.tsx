"use client";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Money } from "#components/money";
import { ProblemLine } from "#components/problem-line";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import type { OrderPreview } from "#lib/contracts/orders";
import type { Problem } from "#lib/contracts/problem";
import type { MoneyView } from "#lib/domain/money";
import { DialogButtons, DialogShell } from "./dialog-shell";

type Choice = OrderPreview["choices"][number];

/**
 * An edit of an order that has money on it: what it asked, what it will ask, what is there, and what becomes of the difference.
 * Nothing is saved before one of the choices is made; each says what it does, and the button repeats it with the amount.
 */
export function EditMoneyDialog({
  number,
  preview,
  changed,
  isPending,
  problem,
  onChoose,
  onClose,
}: {
  number: string;
  preview: OrderPreview;
  /** True: these numbers are not those that were chosen on a moment ago. */
  changed: boolean;
  isPending: boolean;
  problem: Problem | null;
  onChoose: (choice: Choice["choice"], amount: MoneyView) => void;
  onClose: () => void;
}) {
  const t = useTranslations("editMoney");
  const providers = useTranslations("states.provider");
  const why = useReason();
  const amount = useMoneyText();
  const id = useId();
  const { choices, missing, surplus } = preview;
  const first = choices.find(({ blocker }) => blocker === null);
  const [chosen, setChosen] = useState(first?.choice ?? null);
  const choice = choices.find((one) => one.choice === chosen) ?? null;
  const short = missing.amount > 0;
  const key = (one: Choice) => (one.choice === "keep" ? (short ? "keepShort" : "keepSurplus") : one.choice);
  const values = (one: Choice) => ({ amount: amount(one.amount), byFinance: one.byFinance ? "true" : "false" });
  const provider = (name: string) => providers(name as Parameters<typeof providers>[0]);
  const asked = choice?.steps.find(({ kind }) => kind !== "propose_refund");
  const more = (one: Choice) => {
    if (one.choice !== "give_back") return <p>{t(`more.${key(one) as "link"}`, values(one))}</p>;
    if (one.byFinance) return <p>{t("more.byFinance")}</p>;
    return (
      <ul>
        {one.steps.map((step) => (
          <li key={step.paymentId}>
            {t(`step.${step.kind as "refund"}`, {
              provider: provider(step.provider),
              amount: amount(step.amount),
              taken: amount(step.taken),
            })}
          </li>
        ))}
      </ul>
    );
  };
  return (
    <DialogShell
      title={t("title")}
      onClose={onClose}
      onSubmit={() => choice && !isPending && onChoose(choice.choice, choice.amount)}
      footer={
        <DialogButtons
          leave={t("back")}
          onLeave={onClose}
          submit={choice ? t(`submit.${key(choice)}`, values(choice)) : t("question")}
          submitting={t("saving")}
          isPending={isPending}
          isDisabled={choice === null}
        />
      }
    >
      {problem && <ProblemLine what={t("failed")} problem={problem} />}
      {changed && !problem && (
        <p className="note-wait" role="status">
          {t("changed")}
        </p>
      )}
      <p>{t("lead", { number })}</p>
      <table className="edit-money">
        <thead>
          <tr>
            <td />
            <th scope="col">{t("now")}</th>
            <th scope="col">{t("after")}</th>
          </tr>
        </thead>
        <tbody>
          <Row label={t("total")} before={preview.total.before} after={preview.total.after} />
          <Row label={t("required")} before={preview.required.before} after={preview.required.after} />
          <Row label={t("covered")} before={preview.covered} after={preview.covered} />
          <Row label={short ? t("missing") : t("surplus")} after={short ? missing : surplus} strong />
        </tbody>
      </table>
      <fieldset className="edit-money-choices">
        <legend>{t("question")}</legend>
        {choices.map((one) => (
          <label key={one.choice} className="edit-money-choice" data-off={one.blocker ? true : undefined}>
            <input
              type="radio"
              name={id}
              checked={chosen === one.choice}
              disabled={one.blocker !== null}
              onChange={() => setChosen(one.choice)}
            />
            <span>
              <b>{t(`choice.${key(one)}`, values(one))}</b>
              {one.blocker ? <p>{why(one.blocker)}</p> : more(one)}
            </span>
          </label>
        ))}
      </fieldset>
      {asked && !choice?.byFinance && (
        <p className="quiet">{t("confirmedBy", { provider: provider(asked.provider) })}</p>
      )}
    </DialogShell>
  );
}

function Row({
  label,
  before,
  after,
  strong = false,
}: {
  label: string;
  before?: MoneyView;
  after: MoneyView;
  strong?: boolean;
}) {
  return (
    <tr className={strong ? "strong" : undefined}>
      <th scope="row">{label}</th>
      <td>{before && <Money value={before} bare />}</td>
      <td>
        <Money value={after} bare />
      </td>
    </tr>
  );
}
