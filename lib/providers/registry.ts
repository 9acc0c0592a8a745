import "server-only";
import { invariant } from "../domain/invariant.ts";
import type { PaymentProvider, PaymentSource, Provider } from "../domain/provider.ts";
import { makeLiqpay } from "./liqpay/provider.ts";
import { makeMonobank } from "./monobank/provider.ts";

/** THE registration line: a provider that is not here does not exist, and one that is must pass the conformance tests. */
const registered = {
  monobank: makeMonobank(),
  liqpay: makeLiqpay(),
} as const satisfies Record<Provider, PaymentProvider>;

/** Nobody stands behind money that was recorded by hand: commands on it are refused before anybody is looked for. */
export function findProvider(source: PaymentSource): PaymentProvider {
  invariant(source !== "offline", "an offline payment has no provider");
  return registered[source];
}
