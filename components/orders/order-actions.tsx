"use client";
import { Copy, FileText, Link2, Pencil, Send, Truck, Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { ActionButton } from "#components/action-button";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import type { OrderView } from "#lib/contracts/orders";
import type { PaymentView } from "#lib/contracts/payments";
import { isLive } from "#lib/domain/payment";
import { pages } from "#lib/paths";
import type { NextStep } from "./next-step";
import type { useShareLink } from "./use-copy-link";
import type { OrderCommands } from "./use-order-commands";

export type OrderDialog = "share" | "ship" | "invoice" | "cancel" | "finalize" | "waive" | "record_offline";
export type ActionProps = {
  order: OrderView;
  commands: OrderCommands;
  share: ReturnType<typeof useShareLink>;
  step: NextStep;
  open: (dialog: OrderDialog) => void;
  /** Where the button stands: in the head with its key, in the gate panel small, in the phone's bar wide. */
  place?: "head" | "gate" | "bar";
};

function look({ place = "head", step }: ActionProps, mine: NextStep, keys?: string) {
  const filled = step === mine && place !== "gate";
  return {
    variant: filled ? ("primary" as const) : ("outline" as const),
    size: place === "gate" ? ("sm" as const) : place === "bar" ? ("lg" as const) : ("md" as const),
    fullWidth: place === "bar",
    ...(place === "head" && keys ? { shortcut: keys } : {}),
  };
}

/** The hold of an order, which a live link for the rest may stand in front of. */
export const heldOf = ({ attempts, payment }: OrderView): PaymentView | null =>
  attempts.find(({ state }) => state === "withholding") ?? payment;

/** True when the place of the link is for making a new one. */
export const needsNewLink = ({ actions }: OrderView): boolean => actions.new_link === null;

/** The first place is the link's: Release makes it, then it is sent, and when it has died a new one is made there. */
export function LinkAction(props: ActionProps) {
  if (props.order.status === "open") return <ReleaseAction {...props} />;
  return needsNewLink(props.order) ? <NewLinkAction {...props} /> : <SendLinkAction {...props} />;
}

export function ReleaseAction(props: ActionProps) {
  const { order, commands } = props;
  const t = useTranslations("order.action");
  const why = useReason();
  return (
    <ActionButton
      {...look(props, "release", "ctrl+enter")}
      icon={<Send aria-hidden="true" />}
      label={t("release")}
      disabledReason={why(order.actions.release)}
      isPending={commands.running === "release"}
      pendingLabel={t("releasing")}
      onPress={commands.release}
    />
  );
}

export function SendLinkAction(props: ActionProps) {
  const { order, commands, open } = props;
  const t = useTranslations("order.action");
  const share = useTranslations("share");
  const why = useReason();
  return (
    <ActionButton
      {...look(props, "send_link", "shift+l")}
      icon={<Send aria-hidden="true" />}
      label={share("action")}
      disabledReason={why(order.actions.send_link)}
      isPending={commands.running === "new_link"}
      pendingLabel={t("creatingLink")}
      onPress={() => open("share")}
    />
  );
}

export function CopyLinkAction(props: ActionProps) {
  const { order, commands, share } = props;
  const t = useTranslations("order.action");
  const why = useReason();
  return (
    <ActionButton
      {...look(props, null)}
      icon={<Copy aria-hidden="true" />}
      label={share.copied ? t("linkCopied") : t("copyLink")}
      disabledReason={why(order.actions.send_link)}
      isPending={commands.running === "new_link"}
      pendingLabel={t("creatingLink")}
      onPress={share.copy}
    />
  );
}

export function NewLinkAction(props: ActionProps) {
  const { order, commands } = props;
  const t = useTranslations("order");
  const why = useReason();
  const amount = useMoneyText()(order.missing);
  const refused = why(order.actions.new_link);
  // The customer believes that they have paid: where a hold was lost, the new link comes with a letter.
  const email = order.gate.ship.some(({ code }) => code === "HOLD_LOST") ? order.customer?.email : null;
  return (
    <ActionButton
      {...look(props, "new_link")}
      icon={<Link2 aria-hidden="true" />}
      label={refused ? t("action.newLink") : t(email ? "action.newLinkTell" : "action.newLinkAmount", { amount })}
      disabledReason={refused}
      isPending={commands.running === "new_link"}
      pendingLabel={t("action.creatingLink")}
      confirm={{
        title: t("confirm.newLinkTitle", { amount }),
        body: email ? t("confirm.newLinkTellBody", { email }) : t("confirm.newLinkBody"),
        confirmLabel: t("confirm.newLink", { amount }),
      }}
      onPress={() => commands.newLink(email ? { tellCustomer: true } : {})}
    />
  );
}

export function ShipAction(props: ActionProps) {
  const { order, commands, open } = props;
  const t = useTranslations("order.action");
  const why = useReason();
  return (
    <ActionButton
      {...look(props, "ship", "s")}
      icon={<Truck aria-hidden="true" />}
      label={t("ship")}
      disabledReason={why(order.actions.ship)}
      isPending={commands.running === "ship"}
      pendingLabel={t("shipping")}
      onPress={() => open("ship")}
    />
  );
}

export function InvoiceAction(props: ActionProps) {
  const { order, commands, open } = props;
  const t = useTranslations("order.action");
  const why = useReason();
  return (
    <ActionButton
      {...look(props, "invoice", "i")}
      icon={<FileText aria-hidden="true" />}
      label={t("invoice")}
      disabledReason={why(order.actions.invoice)}
      isPending={commands.running === "invoice"}
      pendingLabel={t("invoicing")}
      onPress={() => open("invoice")}
    />
  );
}

/** Edit while the order is open, Reopen once it is released: the way back to changing it. */
export function EditAction(props: ActionProps) {
  const { order, commands } = props;
  const t = useTranslations("order");
  const why = useReason();
  const router = useRouter();
  const amount = useMoneyText();
  if (order.status === "open")
    return (
      <ActionButton
        {...look(props, "edit", "e")}
        icon={<Pencil aria-hidden="true" />}
        label={t("action.edit")}
        disabledReason={why(order.actions.edit)}
        onPress={() => router.push(pages.editOrder(order.id))}
      />
    );
  const live = order.attempts.find(({ state }) => isLive(state));
  const money = order.covered.amount > 0 ? order.covered : null;
  const body = [
    live && t("confirm.reopenLive", { amount: amount(live.amount) }),
    money && t("confirm.reopenMoney", { amount: amount(money) }),
  ].filter(Boolean);
  return (
    <ActionButton
      {...look(props, null, "e")}
      variant="outline"
      icon={<Undo2 aria-hidden="true" />}
      label={t("action.reopen")}
      disabledReason={why(order.actions.reopen)}
      isPending={commands.running === "reopen"}
      pendingLabel={t("action.reopening")}
      confirm={
        body.length > 0
          ? {
              title: t("confirm.reopenTitle", { number: order.number }),
              body: body.join(" "),
              confirmLabel: t(live ? "confirm.reopen" : "confirm.reopenPlain"),
              cancelLabel: t("confirm.keepReleased"),
              tone: live ? "danger" : "primary",
            }
          : undefined
      }
      onPress={commands.reopen}
    />
  );
}
