"use client";
import { FinalizeDialog } from "#components/finalize-dialog";
import { onDemand } from "#components/on-demand";
import type { OrderView } from "#lib/contracts/orders";
import { CancelOrderDialog } from "./cancel-order-dialog";
import { heldOf, type OrderDialog } from "./order-actions";
import { QuantitiesDialog } from "./quantities-dialog";
import type { OrderCommands } from "./use-order-commands";

/** Its QR code is drawn by a library that no other dialog needs. */
const ShareDialog = onDemand(() => import("#components/sharing/share-dialog").then((module) => module.ShareDialog));

const RecordDialog = onDemand(() => import("#components/offline/record-dialog").then((module) => module.RecordDialog));
const WaiverDialog = onDemand(() => import("#components/waivers/waiver-dialog").then((module) => module.WaiverDialog));

/** The dialogs of the order page, in a file of their own so that their code comes with the first of them. */
export function OrderDialogs({
  dialog,
  order,
  commands,
  onClose,
}: {
  dialog: OrderDialog;
  order: OrderView;
  commands: OrderCommands;
  onClose: () => void;
}) {
  const { running, failure } = commands;
  const payment = heldOf(order);
  switch (dialog) {
    case "share":
      return <ShareDialog order={order} commands={commands} onClose={onClose} />;
    case "record_offline":
      return <RecordDialog order={order} commands={commands} onClose={onClose} />;
    case "waive":
      return <WaiverDialog order={order} commands={commands} onClose={onClose} />;
    case "ship":
      return (
        <QuantitiesDialog
          kind="ship"
          order={order}
          isPending={running === "ship"}
          failure={failure}
          onSubmit={commands.ship}
          onClose={onClose}
        />
      );
    case "invoice":
      return (
        <QuantitiesDialog
          kind="invoice"
          order={order}
          isPending={running === "invoice"}
          failure={failure}
          onSubmit={commands.invoice}
          onClose={onClose}
        />
      );
    case "cancel":
      return (
        <CancelOrderDialog
          order={order}
          isPending={running === "cancel_order"}
          failure={failure}
          onSubmit={commands.cancel}
          onClose={onClose}
        />
      );
    case "finalize":
      return (
        payment && (
          <FinalizeDialog
            payment={payment}
            order={order}
            isPending={running === "finalize"}
            problem={failure?.command === "finalize" ? failure.problem : null}
            onFinalize={(amount) => commands.finalize(payment.id, amount)}
            onClose={onClose}
          />
        )
      );
  }
}
