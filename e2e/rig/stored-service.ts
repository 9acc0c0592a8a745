import type { Database } from "#db/client";
import { paymentServices } from "#db/schema/services";
import { seal } from "#lib/crypto";
import { makeId, type PaymentServiceId } from "#lib/domain/ids";
import type { PaymentType } from "#lib/domain/payment";
import type { Provider } from "#lib/domain/provider";
import { placeOfCredential } from "#lib/workflows/service-account";

/** A payment service as it is stored, with its keys sealed, enabled and in test mode. */
export async function storeService(
  db: Database,
  service: { provider: Provider; name: string; paymentType: PaymentType; secrets: Record<string, string> },
): Promise<PaymentServiceId> {
  const { provider, name, paymentType, secrets } = service;
  const id = makeId("svc", Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  const changedAt = new Date().toISOString();
  await db.insert(paymentServices).values({
    id,
    provider,
    name,
    currency: "UAH",
    currencyNumeric: 980,
    paymentType,
    validitySeconds: 3600,
    mode: "test",
    enabled: true,
    credentialsComplete: true,
    credentials: Object.fromEntries(
      Object.entries(secrets).map(([field, value]) => [
        field,
        {
          sealed: seal(value, placeOfCredential(id, field, changedAt)),
          value: null,
          last4: value.slice(-4),
          fingerprint: "-",
          changedAt,
          changedByName: "Tests",
        },
      ]),
    ),
  });
  return id;
}
