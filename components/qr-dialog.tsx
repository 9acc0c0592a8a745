"use client";
import { Button, Modal } from "@heroui/react";
import { useTranslations } from "next-intl";
import { create } from "qrcode";
import { useEffect, useState } from "react";

/** The link as a QR code, large enough for a phone to read off a screen. Load it with next/dynamic. */
export function QrDialog({
  link,
  title,
  isOpen,
  onOpenChange,
}: {
  link: string;
  /** What it opens: the order's number and customer. */
  title: string;
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations("common");
  const [path, setPath] = useState<{ d: string; size: number } | null>(null);
  useEffect(() => setPath(qrPath(link)), [link]);
  return (
    <Modal.Backdrop isOpen={isOpen} onOpenChange={onOpenChange}>
      <Modal.Container size="xs">
        <Modal.Dialog>
          <Modal.Header>
            <Modal.Heading>{title}</Modal.Heading>
          </Modal.Header>
          <Modal.Body>
            {path && (
              // Dark on light in both themes: many readers do not take the inverse.
              <svg
                className="qr"
                viewBox={`-4 -4 ${path.size + 8} ${path.size + 8}`}
                role="img"
                aria-label={t("qrAlt", { link })}
                shapeRendering="crispEdges"
              >
                <rect x={-4} y={-4} width={path.size + 8} height={path.size + 8} fill="#fff" />
                <path d={path.d} fill="#000" />
              </svg>
            )}
            <p className="qr-link">{link}</p>
          </Modal.Body>
          <Modal.Footer>
            <Button variant="outline" onPress={() => onOpenChange(false)}>
              {t("close")}
            </Button>
          </Modal.Footer>
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

function qrPath(text: string): { d: string; size: number } {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  let d = "";
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) d += `M${x} ${y}h1v1h-1z`;
  return { d, size: modules.size };
}
