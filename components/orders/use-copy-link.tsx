"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { announce } from "#components/announcer";
import { writeClipboard } from "#components/copy-button";
import { sharePayment, timelineQuery } from "#lib/api/orders";
import type { OrderView } from "#lib/contracts/orders";

/** The address to hand to the customer, whole: it goes into messengers and e-mails. */
export function shareAddress(order: OrderView): string | null {
  const address = order.payment?.shareUrl;
  if (!address) return null;
  return typeof window === "undefined" ? address : new URL(address, window.location.origin).href;
}

/**
 * Copying, opening and showing the link are logged, so that everybody sees when the customer was told. A log entry that
 * fails takes nothing away from the person who copied.
 */
export function useShareLink(order: OrderView) {
  const t = useTranslations();
  const client = useQueryClient();
  const [copied, setCopied] = useState(false);
  const [copyFailed, setCopyFailed] = useState(false);

  const log = (channel: "copy" | "open" | "qr") => {
    const { payment } = order;
    if (!payment) return;
    void sharePayment(payment.id)
      .send({ channel })
      .then(() => client.invalidateQueries({ queryKey: timelineQuery(order.id).queryKey }))
      .catch(() => undefined);
  };
  const copy = async () => {
    const address = shareAddress(order);
    if (!address) return;
    const done = await writeClipboard(address);
    setCopyFailed(!done);
    if (!done) return announce(t("common.copyFailed"), "assertive");
    announce(t("order.action.linkCopied"));
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
    log("copy");
  };
  return { copy, copied, copyFailed, log };
}
