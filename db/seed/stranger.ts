import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { unmatchedWebhooks } from "#db/queries/inbox";
import type { PaymentServiceId } from "#lib/domain/ids";
import { env } from "#lib/env";
import { receiveWebhook } from "#lib/workflows/receive-webhook";
import { matchedBefore, reportUnmatchedWebhook } from "#lib/workflows/report-unmatched-webhook";
import { TASK } from "#lib/workflows/world";
import type { Bank } from "./bank.ts";
import type { Stage } from "./scene.ts";

/**
 * Somebody pays at our own merchant account, on an invoice that another program made: the bank reports it here, and no
 * payment of ours has its reference.
 */
export async function strangersPayment(
  stage: Stage,
  bank: Bank,
  made: { token: string; service: PaymentServiceId; amountMinor: number; reference: string },
): Promise<void> {
  const { amountMinor: amount, reference, token, service } = made;
  const response = await fetch(`${env().providerUrls.monobank}/api/merchant/invoice/create`, {
    method: "POST",
    headers: { "x-token": token, "content-type": "application/json" },
    body: JSON.stringify({
      amount,
      ccy: 980,
      merchantPaymInfo: { reference, destination: "Передоплата" },
      redirectUrl: env().appUrl,
      webHookUrl: `${env().appUrl}/api/webhooks/${service}`,
    }),
  });
  const { invoiceId } = (await response.json()) as { invoiceId?: string };
  if (!invoiceId) throw new Error(`The emulated bank made no invoice: ${response.status}`);
  await bank.act(invoiceId, { action: "pay" });
  await hear(stage, service, (url) => bank.resend(invoiceId, url));
}

/** An hour later nobody has claimed it: a task for Finance. */
export async function reportStrangers({ world }: Stage): Promise<void> {
  for (const webhook of await unmatchedWebhooks(world.db, matchedBefore(world), 10))
    await reportUnmatchedWebhook(world, webhook, TASK);
}

/** The application does not listen yet while its story is told: for one message somebody else does. */
async function hear(
  { world }: Stage,
  service: PaymentServiceId,
  send: (url: string) => Promise<unknown>,
): Promise<void> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      receiveWebhook(world, service, Buffer.concat(chunks), headers).then(
        ({ status }) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}
