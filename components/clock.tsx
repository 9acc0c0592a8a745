"use client";
import { createContext, type ReactNode } from "react";

/** The moment the server wrote the page. */
export const ServerNow = createContext<number | null>(null);

/**
 * Gives the page the moment the server wrote it, so that the first text in the browser is the text in the HTML. After that,
 * times run by the browser's clock.
 */
export function Clock({ now, children }: { now: number; children: ReactNode }) {
  return <ServerNow value={now}>{children}</ServerNow>;
}
