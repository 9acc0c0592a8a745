"use client";
import { Modal } from "@heroui/react";
import type { ReactNode } from "react";
import "./dialog.css";

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
