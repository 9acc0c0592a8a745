"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** How often the rows are read again while somebody looks at them. */
const REFRESH_MS = 20_000;

/** Reads the rows of a list again now and then, and when somebody comes back to it. */
export function useFreshRows(): void {
  const router = useRouter();
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === "visible") router.refresh();
    };
    const timer = setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [router]);
}

/** Moves the focus by one row: `links` are the rows' own links, from above. Before any row has it, to the first or the last. */
export function focusRow(links: readonly HTMLAnchorElement[], step: 1 | -1): void {
  const here = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
  const next = links[here === -1 ? (step === 1 ? 0 : links.length - 1) : here + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
