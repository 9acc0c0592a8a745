"use client";
import { Download, Printer } from "lucide-react";
import { useTranslations } from "next-intl";
import { create } from "qrcode";
import { useMemo, useState } from "react";
import { createPortal, flushSync } from "react-dom";

/** Light squares around the code: readers look for them. */
const MARGIN = 4;
const PIXELS_PER_SQUARE = 12;

type Squares = { d: string; size: number; dark: (x: number, y: number) => boolean };

/** A link as a QR code, large enough for a phone to read off a screen; saved as a picture, printed on a sheet of its own. */
export function QrCode({
  link,
  name,
  sheet,
  onSaved,
  onPrinted,
}: {
  link: string;
  /** Of the picture's file. */
  name: string;
  /** What stands above and under the code on paper. */
  sheet: { title: string; lines: readonly string[] };
  onSaved: () => void;
  onPrinted: () => void;
}) {
  const t = useTranslations("share");
  const alt = useTranslations("common")("qrAlt", { link });
  const squares = useMemo(() => squaresOf(link), [link]);
  const [printing, setPrinting] = useState(false);
  const save = async () => {
    await saved(squares, `${name}.png`);
    onSaved();
  };
  const print = () => {
    // The sheet has to be there when the browser takes its picture of the page.
    flushSync(() => setPrinting(true));
    window.print();
    setPrinting(false);
    onPrinted();
  };
  return (
    <div className="share-qr">
      <Picture squares={squares} alt={alt} />
      <p className="quiet">{t("scan")}</p>
      <div className="share-buttons">
        <button type="button" className="button button--outline button--sm" onClick={() => void save()}>
          <Download aria-hidden="true" />
          {t("savePicture")}
        </button>
        <button type="button" className="button button--outline button--sm" onClick={print}>
          <Printer aria-hidden="true" />
          {t("print")}
        </button>
      </div>
      {printing &&
        createPortal(
          <div className="qr-sheet">
            <h1>{sheet.title}</h1>
            {sheet.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
            <Picture squares={squares} alt={alt} />
            <p>{t("scan")}</p>
            <p>{link}</p>
          </div>,
          document.body,
        )}
    </div>
  );
}

/** Dark on light in both themes: many readers do not take the inverse. */
function Picture({ squares: { d, size }, alt }: { squares: Squares; alt: string }) {
  const side = size + 2 * MARGIN;
  return (
    <svg
      className="qr"
      viewBox={`${-MARGIN} ${-MARGIN} ${side} ${side}`}
      role="img"
      aria-label={alt}
      shapeRendering="crispEdges"
    >
      <rect x={-MARGIN} y={-MARGIN} width={side} height={side} fill="#fff" />
      <path d={d} fill="#000" />
    </svg>
  );
}

function squaresOf(text: string): Squares {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const dark = (x: number, y: number) => modules.get(y, x) === 1;
  let d = "";
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++) if (dark(x, y)) d += `M${x} ${y}h1v1h-1z`;
  return { d, size: modules.size, dark };
}

async function saved({ size, dark }: Squares, fileName: string): Promise<void> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = (size + 2 * MARGIN) * PIXELS_PER_SQUARE;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      if (dark(x, y))
        pen.fillRect(
          (x + MARGIN) * PIXELS_PER_SQUARE,
          (y + MARGIN) * PIXELS_PER_SQUARE,
          PIXELS_PER_SQUARE,
          PIXELS_PER_SQUARE,
        );
  const picture = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!picture) return;
  const address = URL.createObjectURL(picture);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = fileName;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
