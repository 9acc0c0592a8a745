// Statement rows, fiscal checks and the receipt.
import { feeOf, type Invoice, iso } from "./monobank-invoice.ts";

export function statementRow(invoice: Invoice): Record<string, unknown> {
  const refunded = invoice.cancels.filter((c) => c.status === "success");
  const amount = (invoice.finalAmount ?? invoice.amountMinor) + refunded.reduce((sum, c) => sum + c.amount, 0);
  return {
    invoiceId: invoice.id,
    status: invoice.status === "reversed" ? "success" : invoice.status,
    maskedPan: invoice.info?.maskedPan ?? "",
    date: iso(invoice.paidMs ?? invoice.modifiedMs),
    paymentScheme: "full",
    amount,
    profitAmount: amount - feeOf(amount),
    ccy: invoice.ccy,
    approvalCode: invoice.info?.approvalCode,
    rrn: invoice.info?.rrn,
    reference: invoice.reference,
    destination: invoice.destination,
    ...(refunded.length
      ? {
          cancelList: refunded.map((c) => ({
            amount: c.amount,
            ccy: invoice.ccy,
            date: iso(c.modifiedMs),
            approvalCode: c.approvalCode,
            rrn: c.rrn,
            maskedPan: invoice.info?.maskedPan ?? "",
          })),
        }
      : {}),
    ...(invoice.metadata ? { metadata: invoice.metadata } : {}),
  };
}

/** One sale check after capture and one return check per refund: new → process → done. */
export function fiscalChecks(invoice: Invoice, now: number, stepMs: number): Record<string, unknown>[] {
  if (!invoice.hasBasket || invoice.paidMs === undefined || invoice.finalAmount === undefined) return [];
  const check = (type: string, since: number, index: number) => {
    const status = ["new", "process", "done"][Math.min(2, Math.floor((now - since) / Math.max(stepMs, 1)))];
    return {
      id: `${invoice.id}-${index}`,
      type,
      status,
      ...(status === "done"
        ? { taxUrl: `https://cabinet.tax.gov.ua/cashregs/check?id=${index}`, file: receiptPdf(`${type} ${invoice.id}`) }
        : {}),
      fiscalizationSource: "monopay",
    };
  };
  const refunds = invoice.cancels.filter((c) => c.status === "success");
  const neverCaptured = invoice.paymentType === "hold" && invoice.capture === undefined;
  if (neverCaptured) return [];
  return [check("sale", invoice.paidMs, 1), ...refunds.map((c, i) => check("return", c.modifiedMs, i + 2))];
}

/** A small but complete PDF, base64. */
export function receiptPdf(text: string): string {
  const safe = text.replace(/[^\x20-\x7e]/g, "?").replace(/[\\()]/g, "\\$&");
  const stream = `BT /F1 12 Tf 20 60 Td (${safe}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 360 120] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let out = "%PDF-1.4\n";
  const offsets: number[] = [];
  objects.forEach((object, i) => {
    offsets.push(out.length);
    out += `${i + 1} 0 obj\n${object}\nendobj\n`;
  });
  const start = out.length;
  const rows = offsets.map((o) => `${String(o).padStart(10, "0")} 00000 n \n`).join("");
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(out, "latin1").toString("base64");
}
