"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { pages } from "#lib/paths";

const ConfirmDialog = dynamic(() => import("#components/confirm-dialog").then((module) => module.ConfirmDialog), {
  ssr: false,
});

/** Asks before a link of ours leads away from what is not saved, and lets the browser ask before the tab is closed. */
export function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const t = useTranslations("orderForm.leave");
  const router = useRouter();
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => {
    if (!isDirty) return;
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link?.href || link.target === "_blank") return;
      const to = new URL(link.href);
      if (to.origin !== window.location.origin || to.pathname === window.location.pathname) return;
      // Signing in again leads back here, and what is typed waits in the tab.
      if (to.pathname === pages.signIn()) return;
      event.preventDefault();
      event.stopPropagation();
      setWanted(to.pathname + to.search);
    };
    window.addEventListener("beforeunload", beforeUnload);
    // While the event goes down: before any link hears of it.
    window.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", beforeUnload);
      window.removeEventListener("click", onClick, true);
    };
  }, [isDirty]);
  if (wanted === null) return null;
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(open) => !open && setWanted(null)}
      onConfirm={() => router.push(wanted)}
      title={t("title")}
      body={t("body")}
      confirmLabel={t("leave")}
      cancelLabel={t("stay")}
    />
  );
}
