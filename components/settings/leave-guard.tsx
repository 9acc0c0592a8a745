"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

const ConfirmDialog = dynamic(() => import("#components/confirm-dialog").then((module) => module.ConfirmDialog), {
  ssr: false,
});

/**
 * Asks before a link leads away from unsaved changes, and lets the browser ask before the tab is closed or reloaded. A link in a
 * new tab takes nothing away and is let through.
 */
export function LeaveGuard({ isDirty, name }: { isDirty: boolean; name: string }) {
  const t = useTranslations("services.leave");
  const router = useRouter();
  const [wanted, setWanted] = useState<string | null>(null);

  useEffect(() => {
    if (!isDirty) return;
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link?.href || link.target === "_blank" || link.hasAttribute("download")) return;
      const to = new URL(link.href);
      if (to.origin !== window.location.origin || to.pathname === window.location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setWanted(to.pathname + to.search);
    };
    window.addEventListener("beforeunload", beforeUnload);
    // On the window and while the event goes down: before any link hears of it.
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
      body={t("body", { name })}
      confirmLabel={t("leave")}
      cancelLabel={t("stay")}
    />
  );
}
