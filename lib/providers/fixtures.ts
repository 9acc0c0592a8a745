import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { PaymentId, PaymentServiceId } from "../domain/ids.ts";
import { type MoneyFacts, NO_FACTS } from "../domain/payment.ts";
import type { LinkRequest, PaymentReference, Provider, ServiceAccount } from "../domain/provider.ts";
import { LIMITS } from "./http.ts";

/** What the providers' tests start from. Keys are the emulators' published test keys; nothing here opens anything. */
export const NOW = new Date("2026-11-20T09:00:00.000Z");

const CREDENTIALS: Record<Provider, Readonly<Record<string, string>>> = {
  monobank: { token: "test-monobank-token" },
  liqpay: { publicKey: "sandbox_i20000000002", privateKey: "sandbox_test_private_key_000000000002" },
};

let accounts = 0;
/** An account nobody used before, so that no breaker or key cache of another test is met. */
export const account = (provider: Provider, more: Partial<ServiceAccount> = {}): ServiceAccount => ({
  id: `svc_${String(accounts++).padStart(26, "0")}` as PaymentServiceId,
  provider,
  credentials: CREDENTIALS[provider],
  paymentType: "debit",
  mode: "test",
  currency: "UAH",
  ...more,
});

let payments = 0;
export const linkRequest = (more: Partial<LinkRequest> = {}): LinkRequest => {
  const id = `pay_${Date.now().toString(36)}${process.pid.toString(36)}${payments++}` as PaymentId;
  return {
    paymentId: id,
    reference: id,
    amountMinor: 149_950n,
    currency: "UAH",
    orderNumber: "SO-1042",
    purpose: "Передплата за замовлення SO-1042",
    basket: { name: "Передплата", code: "PREPAY" },
    language: "uk",
    expiresAt: new Date(NOW.getTime() + 48 * 3_600_000),
    now: NOW,
    returnUrl: "http://127.0.0.1:9/pay/return",
    webhookUrl: "http://127.0.0.1:9/api/webhooks/svc_1",
    customer: { name: "Олена Коваль", email: "client@example.com", phone: null },
    ...more,
  };
};

export const reference = (more: Partial<PaymentReference> = {}, known: Partial<MoneyFacts> = {}): PaymentReference => ({
  reference: "SO-1042-1",
  providerPaymentId: "2611209uKpQzXvMw4r7d",
  amountMinor: 149_950n,
  currency: "UAH",
  paymentType: "debit",
  cancelRequested: false,
  finalizeRequestedMinor: null,
  expiresAt: new Date(NOW.getTime() + 48 * 3_600_000),
  now: NOW,
  ...more,
  known: { ...NO_FACTS, ...known },
});

/** Deadlines short enough to be waited for in a test. */
export const IMPATIENT = { ...LIMITS, totalMs: 500, connectMs: 400 };

export type TinyServer = { url: string; requests: number; stop: () => Promise<void> };

/** A server on this machine that answers as told. */
export async function tinyServer(listener: RequestListener): Promise<TinyServer> {
  const server: Server = createServer((request, response) => {
    tiny.requests += 1;
    listener(request, response);
  });
  const tiny: TinyServer = {
    url: "",
    requests: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  tiny.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return tiny;
}
