"use client";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useLeaveGuard } from "#components/use-leave-guard";

const ConfirmDialog = dynamic(() => import("#components/confirm-dialog").then((module) => module.ConfirmDialog), {
  ssr: false,
});

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
