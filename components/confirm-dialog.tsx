"use client";
import { AlertDialog, Button } from "@heroui/react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

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
  return (
    <AlertDialog.Backdrop isOpen={props.isOpen} onOpenChange={props.onOpenChange} isKeyboardDismissDisabled={false}>
      <AlertDialog.Container size="sm">
        <AlertDialog.Dialog>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from the dialog's buttons */}
          <div
            className="contents"
            onKeyDown={(event) => {
              if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
              if (event.code === "KeyY" || event.code === "KeyN") answer(event.code === "KeyY");
            }}
          >
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
          </div>
        </AlertDialog.Dialog>
      </AlertDialog.Container>
    </AlertDialog.Backdrop>
  );
}
