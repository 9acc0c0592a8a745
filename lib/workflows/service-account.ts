import type { ServiceRow } from "#db/queries/services";
import { CannotDecrypt, unseal } from "#lib/crypto";
import type { PaymentServiceId } from "#lib/domain/ids";
import { isCurrency } from "#lib/domain/money";
import type { ServiceAccount } from "#lib/domain/provider";
import { ok, type Result, refuse } from "#lib/domain/result";

/** Where one credential lives: it opens in its own service, field and version (the moment it was set), nowhere else. */
export const placeOfCredential = (serviceId: PaymentServiceId, field: string, changedAt: string): string =>
  `payment_services|${field}|${serviceId}|${changedAt}`;

/** A service as its provider's adapter wants it, secrets opened. For the one call that follows; never kept, never logged. */
export function accountOf(row: ServiceRow): Result<ServiceAccount, { code: "credentials_missing" | "cannot_decrypt" }> {
  if (!row.credentialsComplete) return refuse({ code: "credentials_missing" });
  if (!isCurrency(row.currency)) throw new Error("Invariant broken: a payment service without a known currency");
  const credentials: Record<string, string> = {};
  try {
    for (const [field, stored] of Object.entries(row.credentials))
      credentials[field] = unseal(stored.sealed, placeOfCredential(row.id, field, stored.changedAt));
  } catch (fault) {
    if (fault instanceof CannotDecrypt) return refuse({ code: "cannot_decrypt" });
    throw fault;
  }
  const { id, provider, paymentType, mode, currency } = row;
  return ok({ id, provider, credentials, paymentType, mode, currency });
}
