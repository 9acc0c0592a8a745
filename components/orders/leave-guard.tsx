"use client";
import { useTranslations } from "next-intl";
import { onDemand } from "#components/on-demand";
import { useLeaveGuard } from "#components/use-leave-guard";

const ConfirmDialog = onDemand(() => import("#components/confirm-dialog").then((module) => module.ConfirmDialog));

/** Asks before anything leads away from an order that is not saved. */
export function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const t = useTranslations("orderForm.leave");
  const { wanted, stay, go } = useLeaveGuard(isDirty);
  if (!wanted) return null;
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(open) => !open && stay()}
      onConfirm={go}
      title={t("title")}
      body={t("body")}
      confirmLabel={t("leave")}
      cancelLabel={t("stay")}
    />
  );
}
