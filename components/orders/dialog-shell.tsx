"use client";
import { Button, Modal } from "@heroui/react";
import type { ReactNode } from "react";

/**
 * A dialog that is a form: title, fields, buttons in a row at the foot. Enter in a field submits it, Esc closes it, a click
 * beside it does not, because what is typed would be lost.
 */
export function DialogShell({
  title,
  size = "md",
  onClose,
  onSubmit,
  footer,
  children,
}: {
  title: string;
  size?: "sm" | "md" | "lg";
  onClose: () => void;
  onSubmit: () => void;
  footer: ReactNode;
  children: ReactNode;
}) {
  return (
    <Modal.Backdrop isOpen onOpenChange={(open) => !open && onClose()} isDismissable={false}>
      <Modal.Container size={size} scroll="inside">
        <Modal.Dialog>
          <form
            className="dialog-form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              onSubmit();
            }}
          >
            <Modal.Header>
              <Modal.Heading>{title}</Modal.Heading>
            </Modal.Header>
            <Modal.Body>{children}</Modal.Body>
            <Modal.Footer>{footer}</Modal.Footer>
          </form>
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

/** The row at a dialog's foot: the way out, and the one thing that it does. */
export function DialogButtons({
  leave,
  onLeave,
  submit,
  submitting = submit,
  isPending,
  isDisabled = false,
  tone = "primary",
}: {
  leave: string;
  onLeave: () => void;
  submit: string;
  /** What the button says while it is being done. */
  submitting?: string;
  isPending: boolean;
  isDisabled?: boolean;
  tone?: "primary" | "danger";
}) {
  return (
    <>
      <Button variant="outline" onPress={onLeave}>
        {leave}
      </Button>
      <Button type="submit" variant={tone} isPending={isPending} isDisabled={isDisabled}>
        {isPending ? submitting : submit}
      </Button>
    </>
  );
}
