import "server-only";
import type { PaymentProvider, Provider } from "../domain/provider.ts";
import { makeLiqpay } from "./liqpay/provider.ts";
import { makeMonobank } from "./monobank/provider.ts";

/** THE registration line: a provider that is not here does not exist, and one that is must pass the conformance tests. */
const registered = {
  monobank: makeMonobank(),
  liqpay: makeLiqpay(),
} as const satisfies Record<Provider, PaymentProvider>;

export const findProvider = (provider: Provider): PaymentProvider => registered[provider];
