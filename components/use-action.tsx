"use client";
import { type ReactNode, useId, useState } from "react";
import type { ConfirmDialogProps } from "./confirm-dialog";
import { onDemand } from "./on-demand";
import { useCommands } from "./use-shortcuts";

const loadConfirmDialog = async () => (await import("./confirm-dialog")).ConfirmDialog;
const ConfirmDialog = onDemand(loadConfirmDialog);

/** What a question before an action says. The button repeats the verb and the amount. */
export type Confirm = Omit<ConfirmDialogProps, "isOpen" | "onOpenChange" | "onConfirm">;

export type Action = {
  /** The verb on the button. */
  label: string;
  /** Why it cannot be done now, from the same blocker the server would answer with. Null: it can. */
  disabledReason: string | null;
  /** What it does. While a returned promise is open, the button is pending and cannot be pressed again. */
  onPress?: () => unknown;
  /** Says that it runs although this button did not start it. */
  isPending?: boolean;
  /** The verb in the present while it runs: "Asking monobank…". */
  pendingLabel?: string;
  /** Asked before it is done. Nothing that moves money goes without. */
  confirm?: Confirm;
  /** `u`, `shift+l`, `ctrl+enter`, `f9`. Also lists the action in the palette. */
  shortcut?: string;
};

/** The behaviour all action buttons share: refuse, confirm, run once, register its shortcut. */
export function useAction(action: Action): {
  id: string;
  isRefused: boolean;
  isPending: boolean;
  press: () => void;
  /** Loads the question's code before it is asked. */
  warmUp: () => void;
  dialog: ReactNode;
} {
  const id = useId();
  const [running, setRunning] = useState(false);
  const [asked, setAsked] = useState<"never" | "open" | "closed">("never");
  const isPending = running || action.isPending === true;
  const isRefused = action.disabledReason !== null && !isPending;

  const run = async () => {
    setRunning(true);
    try {
      await action.onPress?.();
    } finally {
      setRunning(false);
    }
  };
  const press = () => {
    if (isPending || isRefused) return;
    if (action.confirm) setAsked("open");
    else void run();
  };
  useCommands(
    action.shortcut
      ? [{ id, label: action.label, keys: action.shortcut, disabledReason: action.disabledReason, run: press }]
      : [],
  );

  const dialog = action.confirm && asked !== "never" && (
    <ConfirmDialog
      {...action.confirm}
      isOpen={asked === "open"}
      onOpenChange={(open) => setAsked(open ? "open" : "closed")}
      onConfirm={() => void run()}
    />
  );
  // What cannot be fetched now is fetched, and missed aloud, when the question is asked.
  const warmUp = () => action.confirm && void loadConfirmDialog().catch(() => {});
  return { id, isRefused, isPending, press, warmUp, dialog };
}
