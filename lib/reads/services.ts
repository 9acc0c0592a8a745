import { database } from "#db/client";
import { findListedService, type ListedService, listServices } from "#db/queries/service-list";
import type { ProviderKindView, ServiceView } from "#lib/contracts/services";
import { isSealedWithOurKey } from "#lib/crypto";
import type { PaymentServiceId } from "#lib/domain/ids";
import { isCurrency } from "#lib/domain/money";
import { isRequiredField, type PaymentProvider, PROVIDERS } from "#lib/domain/provider";
import { env } from "#lib/env";
import { api } from "#lib/paths";
import { findProvider } from "#lib/providers/registry";
import { iso } from "./payment-view.ts";
import type { Viewer } from "./viewer.ts";

/** All payment services, enabled ones first. Of secrets the last four characters, whoever looks. */
export async function readServices(_viewer: Viewer): Promise<ServiceView[]> {
  return (await listServices(database())).map(serviceViewOf);
}

/** One payment service; null when there is none. */
export async function readService(id: PaymentServiceId, _viewer: Viewer): Promise<ServiceView | null> {
  const row = await findListedService(database(), id);
  return row && serviceViewOf(row);
}

/** What the form of a new service needs before a service exists. */
export function readProviderKinds(): ProviderKindView[] {
  return PROVIDERS.map((provider) => {
    const { credentialFields, capabilities } = findProvider(provider);
    return {
      provider,
      credentialFields: credentialFields.map((field) => ({
        name: field.name,
        secret: field.secret,
        required: isRequiredField(field),
        example: field.example,
        maxLength: field.maxLength,
      })),
      capabilities: capabilitiesView(capabilities),
    };
  });
}

function serviceViewOf(row: ListedService): ServiceView {
  if (!isCurrency(row.currency)) throw new Error("Invariant broken: a payment service without a known currency");
  const { credentialFields, capabilities } = findProvider(row.provider);
  return {
    id: row.id,
    version: row.version,
    provider: row.provider,
    name: row.name,
    description: row.description,
    currencyNumeric: row.currencyNumeric,
    currency: row.currency,
    paymentType: row.paymentType,
    validitySeconds: row.validitySeconds,
    holdMarginHours: row.holdMarginHours,
    customerMayRenew: row.customerMayRenew,
    customerMayPayWhole: row.customerMayPayWhole,
    mode: row.mode,
    enabled: row.enabled,
    alwaysInclude: row.alwaysInclude,
    logo: row.logo,
    credentials: credentialFields.map((field) => {
      const { name, secret, example } = field;
      const stored = row.credentials[name];
      return {
        name,
        secret,
        required: isRequiredField(field),
        example,
        value: secret ? null : (stored?.value ?? null),
        last4: secret ? (stored?.last4 ?? null) : null,
        changedAt: stored?.changedAt ?? null,
        changedByName: stored?.changedByName ?? null,
      };
    }),
    credentialsComplete: row.credentialsComplete,
    health: healthOf(row),
    lastWebhookAt: iso(row.lastWebhookAt),
    lastSyncAt: iso(row.lastSyncAt),
    lastTest: row.lastTest && {
      at: row.lastTest.at,
      ok: row.lastTest.ok,
      message: row.lastTest.message,
      merchantName: row.lastTest.merchantName,
      forCurrentKeys: row.lastTest.fingerprint === row.credentialsFingerprint,
    },
    today: { links: row.linksToday, paid: row.paidToday },
    webhookUrl: `${env().appUrl}${api.webhook(row.id)}`,
    capabilities: capabilitiesView(capabilities),
  };
}

/** A known problem with the keys comes first, whether the service is on or off. */
function healthOf(row: ListedService): ServiceView["health"] {
  const unreadable = Object.values(row.credentials).some(({ sealed }) => !isSealedWithOurKey(sealed));
  if (unreadable) return { state: "problem", since: null, message: "cannot_decrypt" };
  if (row.credentialsProblemAt)
    return { state: "problem", since: iso(row.credentialsProblemAt), message: row.credentialsProblem };
  if (!row.enabled) return { state: "off", since: null, message: null };
  return { state: row.mode === "test" ? "test" : "on", since: null, message: null };
}

/** Everything but what only our own checks need. */
function capabilitiesView({
  minAmountMinor: _minAmountMinor,
  ...view
}: PaymentProvider["capabilities"]): ProviderKindView["capabilities"] {
  return view;
}
