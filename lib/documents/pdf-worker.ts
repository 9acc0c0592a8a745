import { parentPort } from "node:worker_threads";
import { renderToBuffer } from "@react-pdf/renderer";
import type { PrintedDocument } from "./document.ts";
import { drawn, openFaces } from "./layout.ts";
import { printableDocument } from "./printable.ts";

/** The thread that makes PDFs, one after the other: see render-pdf.ts, which starts it from this very file. */
parentPort?.on("message", async ({ id, document }: { id: number; document: PrintedDocument }) => {
  try {
    const has = await openFaces();
    const pdf = await renderToBuffer(drawn(printableDocument(document, has)) as Parameters<typeof renderToBuffer>[0]);
    // A copy of its own: Node's buffers share memory that cannot be handed over.
    const bytes = new Uint8Array(pdf);
    parentPort?.postMessage({ id, bytes }, [bytes.buffer]);
  } catch (fault) {
    parentPort?.postMessage({ id, fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) });
  }
});
