"use client";
import { AlertDialog, Button } from "@heroui/react";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect } from "react";

export type ConfirmDialogProps = {
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => void;
  /** The question, or what is about to happen. */
  title: string;
  /** What follows from it, with the numbers. */
  body?: ReactNode;
  /** Repeats the verb and the amount: "Refund ₴3 000.00". */
  confirmLabel: string;
  /** Says what it keeps: "Keep the hold". */
  cancelLabel?: string;
  /** `danger` when it takes something away for good. */
  tone?: "primary" | "danger";
};

/** A question before something that cannot be taken back. `Y` and `N` answer it, in either keyboard layout. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const t = useTranslations("common");
  const answer = (yes: boolean) => {
    props.onOpenChange(false);
    if (yes) props.onConfirm();
  };
  // On the document, because the focus may be on the dialog itself or on any of its parts.
  useEffect(() => {
    if (!props.isOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target instanceof Element && event.target.matches("input, textarea")) return;
      if (event.code === "KeyY" || event.code === "KeyN") answer(event.code === "KeyY");
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  });
  return (
    <AlertDialog.Backdrop isOpen={props.isOpen} onOpenChange={props.onOpenChange} isKeyboardDismissDisabled={false}>
      <AlertDialog.Container size="sm">
        <AlertDialog.Dialog>
          <AlertDialog.Header>
            <AlertDialog.Heading>{props.title}</AlertDialog.Heading>
          </AlertDialog.Header>
          {props.body && <AlertDialog.Body>{props.body}</AlertDialog.Body>}
          <AlertDialog.Footer>
            <Button variant="outline" onPress={() => answer(false)}>
              {props.cancelLabel ?? t("cancel")}
            </Button>
            <Button variant={props.tone ?? "primary"} onPress={() => answer(true)}>
              {props.confirmLabel}
            </Button>
          </AlertDialog.Footer>
        </AlertDialog.Dialog>
      </AlertDialog.Container>
    </AlertDialog.Backdrop>
  );
}
