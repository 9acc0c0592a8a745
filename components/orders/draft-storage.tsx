import type { OrderDraft } from "#lib/api/order-draft";

/**
 * What somebody is typing, kept in the tab: it survives a failed save, a reload and a sign-in that has ended. Per order; a new
 * one has the name "new".
 */
export type KeptDraft = { draft: OrderDraft; version: number | null; at: string };

const keyOf = (orderId: string | null) => `hp.draft.${orderId ?? "new"}`;

export function keepDraft(orderId: string | null, kept: KeptDraft): void {
  try {
    sessionStorage.setItem(keyOf(orderId), JSON.stringify(kept));
  } catch {
    // No storage: what is typed lives as long as the page, and the browser asks before it is left.
  }
}

export function keptDraft(orderId: string | null): KeptDraft | null {
  try {
    const text = sessionStorage.getItem(keyOf(orderId));
    return text ? (JSON.parse(text) as KeptDraft) : null;
  } catch {
    return null;
  }
}

export function forgetDraft(orderId: string | null): void {
  try {
    sessionStorage.removeItem(keyOf(orderId));
  } catch {
    // Nothing was kept then either.
  }
}
