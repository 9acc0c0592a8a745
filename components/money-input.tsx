"use client";
import { Description, FieldError, InputGroup, Label, TextField } from "@heroui/react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { type Currency, exponentOf, MAX_AMOUNT_MINOR, parseAmount } from "#lib/domain/money";
import { currencySign, formatBareMoney, formatMoney } from "#lib/format";

/**
 * An amount, typed as people type it (`1 234,50`, `1234.5`): reported with each key, so that what stands beside it and on the
 * button is what is typed; judged and written out when the field is left. `value` and `onChange` carry whole minor units as
 * text (`"123450"`), null for an empty field; nothing is reported while the text is not an amount.
 */
export function MoneyInput({
  label,
  value,
  onChange,
  currency,
  description,
  error,
  suffix,
  isRequired = false,
  autoFocus,
  name,
  className,
  onProblem,
}: {
  label: string;
  value: string | null;
  onChange: (minor: string | null) => void;
  currency: Currency;
  description?: ReactNode;
  /** What the server or the form says about the amount itself; a text that is no amount is said by the field. */
  error?: string | null;
  /** Stands in the field, behind the amount: a button such as "Whole 22 100.00". */
  suffix?: ReactNode;
  isRequired?: boolean;
  autoFocus?: boolean;
  name?: string;
  className?: string;
  /** Told whether the text is unreadable, so that a form can refuse to be sent. */
  onProblem?: (problem: string | null) => void;
}) {
  const locale = useLocale();
  const t = useTranslations("money");
  const written = (minor: string | null) => (minor === null ? "" : formatBareMoney(BigInt(minor), currency, locale));
  const [text, setText] = useState(() => written(value));
  const [known, setKnown] = useState(value);
  const [problem, setProblem] = useState<string | null>(null);

  // A value set from outside (the Whole button, another person's save) replaces what was typed.
  if (value !== known) {
    setKnown(value);
    setText(written(value));
    setProblem(null);
  }

  const say = (sentence: string | null) => {
    setProblem(sentence);
    onProblem?.(sentence);
  };
  const read = () => {
    if (text.trim() === "") {
      say(isRequired ? t("required") : null);
      if (value !== null) report(null);
      return;
    }
    const minor = parseAmount(text, currency);
    if (minor === null) return say(whyNot(text));
    say(null);
    setText(written(minor.toString()));
    if (minor.toString() !== value) report(minor.toString());
  };
  const type = (typed: string) => {
    setText(typed);
    const minor = parseAmount(typed, currency);
    // A nought is mostly the beginning of "0,50".
    if (minor === null || minor <= 0n) return;
    say(null);
    if (minor.toString() !== value) report(minor.toString());
  };
  const report = (minor: string | null) => {
    setKnown(minor);
    onChange(minor);
  };
  const whyNot = (typed: string): string => {
    const digits = exponentOf(currency);
    const plain = typed.replace(/[\s\u00a0\u202f]/g, "");
    if (/^\d+[.,]\d+$/.test(plain) && (plain.split(/[.,]/)[1] ?? "").length > digits)
      return t("tooManyDecimals", { currency, digits });
    if (/^\d+(?:[.,]\d+)?$/.test(plain)) return t("tooLarge", { max: formatMoney(MAX_AMOUNT_MINOR, currency, locale) });
    return t("notAnAmount", { example: formatBareMoney(123_450n, "UAH", locale) });
  };

  const shown = problem ?? error ?? null;
  return (
    <TextField
      className={className ? `field-money ${className}` : "field-money"}
      value={text}
      onChange={type}
      onBlur={read}
      isInvalid={shown !== null}
      isRequired={isRequired}
      validationBehavior="aria"
      autoFocus={autoFocus}
      name={name}
    >
      <Label>{`${label}, ${currencySign(currency)}`}</Label>
      <InputGroup>
        <InputGroup.Input
          inputMode="decimal"
          autoComplete="off"
          onKeyDown={(event) => {
            if (event.key === "Enter") read();
          }}
        />
        {suffix && <InputGroup.Suffix>{suffix}</InputGroup.Suffix>}
      </InputGroup>
      {description && <Description>{description}</Description>}
      <FieldError>{shown}</FieldError>
    </TextField>
  );
}
