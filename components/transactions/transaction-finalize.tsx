"use client";
import { useQuery } from "@tanstack/react-query";
import { FinalizeDialog } from "#components/finalize-dialog";
import { orderQuery } from "#lib/api/orders";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { TransactionCommands } from "./use-transaction-commands";

/**
 * The finalize dialog for a transaction. What taking less does to the gate depends on the order, which is asked for when the
 * dialog opens; until it is there the dialog works without that sentence.
 */
export function TransactionFinalize({
  payment,
  commands,
  onClose,
}: {
  payment: PaymentPageView;
  commands: TransactionCommands;
  onClose: () => void;
}) {
  const { data: order } = useQuery(orderQuery(payment.orderId));
  return (
    <FinalizeDialog
      payment={payment}
      order={order ?? null}
      isPending={commands.running === "finalize"}
      problem={commands.failure?.command === "finalize" ? commands.failure.problem : null}
      onFinalize={commands.finalize}
      onClose={onClose}
    />
  );
}
