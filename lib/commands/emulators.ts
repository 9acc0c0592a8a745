import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { portLike } from "#lib/commands/port";
import { ROOT, type Service } from "#lib/commands/processes";
import { startReporting } from "#lib/commands/reporting-service";

/** Providers that may have an emulator, each in `e2e/emulators/<name>.ts`. */
const PROVIDERS = ["monobank", "liqpay", "onepay", "smarterpay", "paymennt", "stripe"] as const;

/** A bank that is played by a process of ours. */
export type Emulator = Service & {
  provider: string;
  /** The provider's API and pages. */
  url: string;
  /** Where its faults are switched on; see `e2e/emulators/control.ts`. */
  controlUrl: string;
  /** What the bank did, one JSON line each. */
  ledgerFile: string;
};

/** The providers for which there is an emulator. */
export function emulatedProviders(): string[] {
  return PROVIDERS.filter((provider) => existsSync(scriptOf(provider)));
}

/** The variable that sends the application to an emulator instead of the provider: `MONOBANK_API_URL`. */
export function apiUrlVariable(provider: string): string {
  return `${provider.toUpperCase()}_API_URL`;
}

function scriptOf(provider: string): string {
  return join(ROOT, "e2e", "emulators", `${provider}.ts`);
}

/**
 * Starts the emulator of one provider and waits until it listens.
 * @param options.home folder for its ledger, its memory and its log
 * @param options.ports what it listened on before: links people still have should go on working
 */
export async function startEmulator(options: {
  provider: string;
  home: string;
  ports?: { api: number; control: number };
  keep: (service: Service) => void;
}): Promise<Emulator> {
  const { provider, home } = options;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const api = await portLike(options.ports?.api);
  const control = await portLike(options.ports?.control);
  const ledgerFile = join(home, `${provider}.ledger`);
  const { service, said } = await startReporting<{ url: string; controlUrl: string }>({
    name: `The emulator of ${provider}`,
    args: [
      scriptOf(provider),
      ...["--port", String(api)],
      ...["--control-port", String(control)],
      ...["--ledger", ledgerFile],
      ...["--state", join(home, `${provider}.state`)],
      ...["--public-url", `http://localhost:${api}`],
    ],
    logFile: join(home, `${provider}.log`),
    keep: options.keep,
  });
  return { ...service, provider, url: said.url, controlUrl: said.controlUrl, ledgerFile };
}
