"use client";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "#components/confirm-dialog";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import { type ActionProps, needsNewLink } from "./order-actions";

const MoreMenu = dynamic(() => import("./more-menu").then((module) => module.MoreMenu), {
  ssr: false,
  loading: () => <span className="more-menu-space" />,
});

/** What is done less often: a new link beside a live one, giving a hold back, cancelling, printing. */
export function OrderMenu({
  order,
  commands,
  open,
  factBox,
}: ActionProps & { factBox: { isShown: boolean; toggle: () => void } }) {
  const t = useTranslations("order");
  const why = useReason();
  const amount = useMoneyText();
  const [asked, setAsked] = useState<"new_link" | "release_hold" | null>(null);
  const { payment, actions } = order;
  const held = payment?.state === "withholding" ? payment : null;
  const menu = [
    ...(order.status === "open" || order.status === "cancelled" || needsNewLink(order)
      ? []
      : [
          {
            id: "new_link",
            label: t("action.newLink"),
            reason: why(actions.new_link),
            run: () => setAsked("new_link"),
          },
        ]),
    ...(held
      ? [
          {
            id: "release_hold",
            label: t("payment.releaseHold"),
            reason: why(held.actions.release_hold),
            danger: true,
            run: () => setAsked("release_hold"),
          },
        ]
      : []),
    {
      id: "cancel",
      label: t("action.cancelOrder"),
      reason: why(actions.cancel_order),
      danger: true,
      run: () => open("cancel"),
    },
    { id: "print", label: t("action.print"), reason: null, run: () => window.print() },
    {
      id: "factbox",
      label: t(factBox.isShown ? "action.hideFactBox" : "action.showFactBox"),
      reason: null,
      run: factBox.toggle,
    },
  ];
  const missing = amount(order.missing);
  return (
    <>
      <MoreMenu label={t("action.more")} actions={menu} />
      {asked === "new_link" && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setAsked(null)}
          onConfirm={commands.newLink}
          title={t("confirm.newLinkTitle", { amount: missing })}
          body={t("confirm.newLinkBody")}
          confirmLabel={t("confirm.newLink", { amount: missing })}
        />
      )}
      {asked === "release_hold" && held && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setAsked(null)}
          onConfirm={() => commands.releaseHold(held.id)}
          title={t("confirm.releaseHoldTitle", { amount: amount(held.held) })}
          body={t("confirm.releaseHoldBody", { amount: amount(held.held) })}
          confirmLabel={t("confirm.releaseHold", { amount: amount(held.held) })}
          cancelLabel={t("confirm.keepHold")}
          tone="danger"
        />
      )}
    </>
  );
}
