"use client";
import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { onDemand } from "#components/on-demand";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import { isLive } from "#lib/domain/payment";
import { api } from "#lib/paths";
import type { ActionProps } from "./order-actions";

const ConfirmDialog = onDemand(() => import("#components/confirm-dialog").then((module) => module.ConfirmDialog));
const loadMenu = () => import("./more-menu").then((module) => module.MoreMenu);
const MoreMenu = onDemand(loadMenu, <span className="more-menu-space" />);

/** What is done less often: replacing a live link, asking for the rest, giving a hold back, cancelling, printing. */
export function OrderMenu({
  order,
  commands,
  open,
  factBox,
}: ActionProps & { factBox: { isShown: boolean; toggle: () => void } }) {
  const t = useTranslations("order");
  const waivers = useTranslations("waivers");
  const offline = useTranslations("offline");
  const why = useReason();
  const amount = useMoneyText();
  const [asked, setAsked] = useState<"replace" | "balance" | null>(null);
  const [wanted, setWanted] = useState(false);
  const { actions } = order;
  const live = order.attempts.find(({ state }) => isLive(state)) ?? null;
  const rest = { ...order.total, amount: order.total.amount - order.covered.amount };
  // The server says in the reason what a plain new link lacks: the old one gone, or anything to ask for.
  const lacks = actions.new_link?.code;
  const menu = [
    ...(live
      ? [
          {
            id: "replace",
            label: t("action.replaceLink"),
            reason: lacks === "LINK_LIVE" ? null : why(actions.new_link),
            run: () => setAsked("replace"),
          },
        ]
      : []),
    ...(lacks === "NOTHING_MISSING" && rest.amount > 0
      ? [
          {
            id: "balance",
            label: t("action.balanceLink", { amount: amount(rest) }),
            reason: null,
            run: () => setAsked("balance"),
          },
        ]
      : []),
    {
      id: "record_offline",
      label: offline("menu"),
      reason: why(actions.record_offline),
      run: () => open("record_offline"),
    },
    { id: "waive", label: waivers("menu"), reason: why(actions.waive), run: () => open("waive") },
    {
      id: "cancel",
      label: t("action.cancelOrder"),
      reason: why(actions.cancel_order),
      danger: true,
      run: () => open("cancel"),
    },
    {
      id: "pro_forma",
      label: t("action.proForma"),
      reason: null,
      run: () => void window.open(api.proForma(order.id), "_blank", "noopener"),
    },
    { id: "print", label: t("action.print"), reason: null, run: () => window.print() },
    {
      id: "factbox",
      label: t(factBox.isShown ? "action.hideFactBox" : "action.showFactBox"),
      reason: null,
      run: factBox.toggle,
    },
  ];
  // With nothing missing the live link is for the rest, and so is the one in its place.
  const forBalance = order.missing.amount === 0;
  const wantedSum = amount(forBalance ? rest : order.missing);
  return (
    <>
      {wanted ? (
        <MoreMenu label={t("action.more")} actions={menu} />
      ) : (
        <button
          type="button"
          className="button button--ghost button--icon-only"
          aria-label={t("action.more")}
          data-tip={t("action.more")}
          aria-haspopup="menu"
          onPointerEnter={() => void loadMenu().catch(() => {})}
          onFocus={() => void loadMenu().catch(() => {})}
          onClick={() => setWanted(true)}
        >
          <Ellipsis aria-hidden="true" />
        </button>
      )}
      {asked === "replace" && live && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setAsked(null)}
          onConfirm={() => commands.newLink(forBalance ? { replace: true, forBalance } : { replace: true })}
          title={t("confirm.replaceTitle", { amount: wantedSum })}
          body={t("confirm.replaceBody", { amount: amount(live.amount) })}
          confirmLabel={t("confirm.replace", { amount: wantedSum })}
          cancelLabel={t("confirm.keepLink")}
        />
      )}
      {asked === "balance" && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setAsked(null)}
          onConfirm={() => commands.newLink({ forBalance: true })}
          title={t("confirm.newLinkTitle", { amount: amount(rest) })}
          body={t("confirm.balanceBody")}
          confirmLabel={t("confirm.newLink", { amount: amount(rest) })}
        />
      )}
    </>
  );
}
