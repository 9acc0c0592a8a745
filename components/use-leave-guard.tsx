"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { pages } from "#lib/paths";
import { guardLeaving } from "./leaving";

/** Marks the entry of the history that stands between unsaved changes and the page before. */
const MARK = "hpUnsaved";
const isMarked = (state: unknown): boolean => typeof state === "object" && state !== null && MARK in state;

/**
 * Stands in the way of everything that leads away from unsaved changes: links, the palette and its keys, Back, and closing the
 * tab (there the browser asks). A link in a new tab takes nothing away and is let through. `wanted` is the way that waits for
 * the person's answer.
 */
export function useLeaveGuard(isDirty: boolean): { wanted: boolean; stay: () => void; go: () => void } {
  const router = useRouter();
  const [way, setWay] = useState<{ go: () => void } | null>(null);
  const dirty = useRef(isDirty);
  useEffect(() => {
    dirty.current = isDirty;
    if (!isDirty) return;
    const ask = (go: () => void) => setWay({ go });
    const beforeUnload = (event: BeforeUnloadEvent) => dirty.current && event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link?.href || link.target === "_blank" || link.hasAttribute("download")) return;
      const to = new URL(link.href);
      if (to.origin !== window.location.origin || to.pathname === window.location.pathname) return;
      // Signing in again leads back here, and what is typed waits in the tab.
      if (to.pathname === pages.signIn()) return;
      event.preventDefault();
      event.stopPropagation();
      ask(() => router.push(to.pathname + to.search));
    };
    const open = guardLeaving(ask);
    window.addEventListener("beforeunload", beforeUnload);
    // While the event goes down: before any link hears of it.
    window.addEventListener("click", onClick, true);
    return () => {
      open();
      window.removeEventListener("beforeunload", beforeUnload);
      window.removeEventListener("click", onClick, true);
    };
  }, [isDirty, router]);

  // Back cannot be refused, but it can lead to the same page once more: an entry of our own lies between.
  useEffect(() => {
    if (isDirty && !isMarked(window.history.state))
      window.history.pushState({ [MARK]: true }, "", window.location.href);
  }, [isDirty]);
  useEffect(() => {
    const here = window.location.pathname;
    const onPopState = (event: PopStateEvent) => {
      if (window.location.pathname !== here || isMarked(event.state)) return;
      // Nothing is unsaved any more: the entry in between is of no use, and Back means back.
      if (!dirty.current) return window.history.back();
      window.history.pushState({ [MARK]: true }, "", window.location.href);
      setWay({ go: () => window.history.go(-2) });
    };
    window.addEventListener("popstate", onPopState);
    return () => window.removeEventListener("popstate", onPopState);
  }, []);

  return {
    wanted: way !== null,
    stay: () => setWay(null),
    go: () => {
      // Agreed: nobody asks a second time on the way out.
      dirty.current = false;
      const { go } = way ?? {};
      setWay(null);
      go?.();
    },
  };
}
