import type { Provider } from "../domain/provider.ts";
import { env } from "../env.ts";

/** Where a provider's API lives, and whether somebody moved it there on purpose (an emulator; never in production). */
export type BaseUrl = { url: string; overridden: boolean };

const OFFICIAL = {
  monobank: "https://api.monobank.ua",
  liqpay: "https://www.liqpay.ua",
} as const satisfies Record<Provider, string>;

/** The address to call, without a slash at its end. */
export function providerBaseUrl(provider: Provider): BaseUrl {
  const override = env().providerUrls[provider];
  return override ? { url: override, overridden: true } : { url: OFFICIAL[provider], overridden: false };
}
