"use client";
import { useTranslations } from "next-intl";
import { onDemand } from "#components/on-demand";
import { useLeaveGuard } from "#components/use-leave-guard";

const ConfirmDialog = onDemand(() => import("#components/confirm-dialog").then((module) => module.ConfirmDialog));

/** Asks before anything leads away from settings that are not saved; `name` says whose. */
export function LeaveGuard({ isDirty, name }: { isDirty: boolean; name: string }) {
  const t = useTranslations("services.leave");
  const { wanted, stay, go } = useLeaveGuard(isDirty);
  if (!wanted) return null;
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(open) => !open && stay()}
      onConfirm={go}
      title={t("title")}
      body={t("body", { name })}
      confirmLabel={t("leave")}
      cancelLabel={t("stay")}
    />
  );
}
