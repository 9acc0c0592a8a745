"use client";
import { FieldError, Label, Radio, RadioGroup } from "@heroui/react";
import { useTranslations } from "next-intl";
import { useMoneyText } from "#components/use-money-text";
import type { MoneyView } from "#lib/domain/money";

const CHOICES = ["cancel", "keep"] as const;
export type LiveLinkChoice = (typeof CHOICES)[number];

/** The customer can still pay a link: is this the same money, or other money? Nothing is chosen for anybody. */
export function LiveLinkQuestion({
  asked,
  choice,
  onChoice,
  isMissing,
}: {
  asked: MoneyView;
  choice: LiveLinkChoice | null;
  onChoice: (choice: LiveLinkChoice) => void;
  isMissing: boolean;
}) {
  const t = useTranslations("offline.liveLink");
  const amount = useMoneyText()(asked);
  return (
    <RadioGroup
      value={choice}
      onChange={(value) => onChoice(value === "keep" ? "keep" : "cancel")}
      isInvalid={isMissing}
      validationBehavior="aria"
      className="note-wait my-0"
    >
      <Label>{t("title", { amount })}</Label>
      {CHOICES.map((one) => (
        <Radio key={one} value={one} className="py-1">
          <Radio.Content>
            <Radio.Control>
              <Radio.Indicator />
            </Radio.Control>
            <Label>{t(one)}</Label>
          </Radio.Content>
        </Radio>
      ))}
      <FieldError>{t("needed")}</FieldError>
    </RadioGroup>
  );
}
