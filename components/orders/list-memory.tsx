/**
 * The list somebody came from: its address with view and filters, and the orders on that page in their order. For the way
 * back, and for stepping to the neighbours. Kept per tab, because every tab has its own list.
 */
const STORE = "hp.orders";

export type ListMemory = { address: string; orders: string[] };

export function rememberList(orders: string[]): void {
  try {
    const memory: ListMemory = { address: window.location.pathname + window.location.search, orders };
    sessionStorage.setItem(STORE, JSON.stringify(memory));
  } catch {
    // Without storage the way back leads to the unfiltered list.
  }
}

export function rememberedList(): ListMemory | null {
  try {
    const text = sessionStorage.getItem(STORE);
    return text ? (JSON.parse(text) as ListMemory) : null;
  } catch {
    return null;
  }
}
