"use client";
import { useTranslations } from "next-intl";
import { onDemand } from "./on-demand";
import { useLeaveGuard } from "./use-leave-guard";

const ConfirmDialog = onDemand(() => import("./confirm-dialog").then((module) => module.ConfirmDialog));

/** Asks before anything leads away from what is not saved: changes to what `name` says, or a draft, which has none yet. */
export function LeaveGuard({ isDirty, name = null }: { isDirty: boolean; name?: string | null }) {
  const t = useTranslations("common.leave");
  const { wanted, stay, go } = useLeaveGuard(isDirty);
  if (!wanted) return null;
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(open) => !open && stay()}
      onConfirm={go}
      title={t("title")}
      body={name === null ? t("draft") : t("changed", { name })}
      confirmLabel={t("leave")}
      cancelLabel={t("stay")}
    />
  );
}
