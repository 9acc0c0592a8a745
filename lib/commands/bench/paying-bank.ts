import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Shot } from "./load.ts";

/** A link that is to be paid. */
export type Waiting = { id: string; providerId: string; amount: number; serviceId: string };

/**
 * As much of monobank as paying takes: a key, signed messages that a link was paid, and the same answer to whoever asks
 * about it. It signs in advance, so that what is measured is the application.
 */
export async function startPayingBank(): Promise<{
  name: string;
  url: string;
  paid: (payment: Waiting) => Shot;
  stop: () => Promise<void>;
}> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const bodies = new Map<string, string>();
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? "/", "http://bank");
    const body =
      url.pathname === "/api/merchant/pubkey"
        ? JSON.stringify({ key: Buffer.from(pem).toString("base64") })
        : bodies.get(url.searchParams.get("invoiceId") ?? "");
    answer.writeHead(body ? 200 : 404, { "content-type": "application/json" }).end(body ?? '{"errText":"not found"}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    name: "The paying bank",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paid: ({ id, providerId, amount, serviceId }) => {
      const at = new Date().toISOString();
      const body = JSON.stringify({
        invoiceId: providerId,
        status: "success",
        amount,
        ccy: 980,
        finalAmount: amount,
        createdDate: at,
        modifiedDate: at,
        reference: id,
        paymentInfo: {
          maskedPan: "44440300******1902",
          approvalCode: "662476",
          rrn: "060189181768",
          paymentSystem: "visa",
        },
      });
      bodies.set(providerId, body);
      const headers = {
        "content-type": "application/json",
        "x-sign": sign("sha256", Buffer.from(body), { key: privateKey, dsaEncoding: "der" }).toString("base64"),
      };
      return { method: "POST", path: `/api/webhooks/${serviceId}`, headers, body };
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
