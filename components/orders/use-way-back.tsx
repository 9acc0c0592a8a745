"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useCommands } from "#components/use-shortcuts";
import { pages } from "#lib/paths";
import { rememberedList } from "./list-memory";

type WayBack = { address: string; previous: string | null; next: string | null };

/** Where somebody came from: the list with its view and filters, and the orders before and after this one in it. */
export function useWayBack(orderId: string): WayBack {
  const t = useTranslations("order.way");
  const router = useRouter();
  const [way, setWay] = useState<WayBack>({ address: pages.orders(), previous: null, next: null });
  useEffect(() => {
    const memory = rememberedList();
    if (!memory) return;
    const here = memory.orders.indexOf(pages.order(orderId));
    const at = (index: number) => (here === -1 ? null : (memory.orders[index] ?? null));
    setWay({ address: memory.address, previous: here > 0 ? at(here - 1) : null, next: at(here + 1) });
  }, [orderId]);
  const go = (id: string, keys: string, label: string, to: string | null) =>
    to === null ? [] : [{ id, keys, label, disabledReason: null, run: () => router.push(to) }];
  useCommands([
    ...go("order-back", "escape", t("back"), way.address),
    ...go("order-next", "j", t("next"), way.next),
    ...go("order-previous", "k", t("previous"), way.previous),
  ]);
  return way;
}
