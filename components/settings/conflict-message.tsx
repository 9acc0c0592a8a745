"use client";
import { Button } from "@heroui/react";
import { Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { changedBetween } from "#lib/api/service-draft";
import type { ServiceView } from "#lib/contracts/services";

type FieldName = "name" | "description" | "currencyNumeric" | "paymentType" | "validitySeconds" | "holdMarginHours";

/** Two people saved the same service. Nothing is lost on either side: the person sees what changed and chooses. */
export function ConflictMessage({
  seen,
  newer,
  onLoadTheirs,
  onKeepMine,
}: {
  seen: ServiceView;
  newer: ServiceView;
  onLoadTheirs: () => void;
  onKeepMine: () => void;
}) {
  const t = useTranslations("services");
  const names = changedBetween(seen, newer).map((field) =>
    // Every name the comparison gives has a label of its own under `field`.
    t(`field.${field as FieldName}`),
  );
  return (
    <div className="mx-4 mb-4 rounded bg-warning-soft px-3 py-2.5 lg:mx-6" role="alert">
      <div className="flex flex-wrap items-start gap-2.5">
        <Users className="icon mt-0.5 text-warning-soft-foreground" aria-hidden="true" />
        <p className="min-w-48 flex-1">
          <b className="font-semibold text-warning-soft-foreground">{t("conflict.title")}</b>{" "}
          {names.length > 0 ? t("conflict.more", { fields: names.join(", ") }) : t("conflict.moreUnknown")}
        </p>
        <Button variant="outline" size="sm" onPress={onLoadTheirs}>
          {t("conflict.loadTheirs")}
        </Button>
        <Button variant="outline" size="sm" onPress={onKeepMine}>
          {t("conflict.keepMine")}
        </Button>
      </div>
    </div>
  );
}
