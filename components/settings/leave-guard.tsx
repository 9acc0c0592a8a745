"use client";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useLeaveGuard } from "#components/use-leave-guard";

const ConfirmDialog = dynamic(() => import("#components/confirm-dialog").then((module) => module.ConfirmDialog), {
  ssr: false,
});

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
