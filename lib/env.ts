import "server-only";
import { hostname } from "node:os";
import { z } from "zod";

/** The providers whose address can be overridden, for tests and the demo. */
const PROVIDERS = ["monobank", "liqpay", "onepay", "smarterpay", "paymennt", "stripe"] as const;
type OverridableProvider = (typeof PROVIDERS)[number];

export type Mode = "production" | "demo" | "test" | "development";
export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** Everything the application takes from its environment, checked. */
export type Env = {
  mode: Mode;
  databaseUrl: string;
  /** Origin under which people and providers reach us, without a slash at the end. */
  appUrl: string;
  authSecret: string;
  /** 32 bytes. */
  encryptionKey: Uint8Array;
  cronSecret: string;
  /** Without it no mail is sent. */
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  /** Shown by whoever hands us mail that came back; without it none is read, and mail carries no return path of its own. */
  mailWebhookSecret: string | undefined;
  /** Where mail comes back to, with the message's name behind a `+`. */
  mailBounceAddress: string | undefined;
  /** Addresses to use instead of the providers' own; always empty in production. */
  providerUrls: Partial<Record<OverridableProvider, string>>;
  logLevel: LogLevel;
  /** Names this process among its siblings in logs and leases. */
  instance: string;
};

/** The environment is not usable. Its message names every variable that is missing or wrong, and never a value. */
export class EnvironmentInvalid extends Error {
  override name = "EnvironmentInvalid";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The environment is not complete:\n${problems.map((problem) => `  - ${problem}`).join("\n")}\nSee .env.example.`,
    );
    this.problems = problems;
  }
}

const modes = ["production", "demo", "test", "development"] as const satisfies readonly Mode[];
const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const satisfies readonly LogLevel[];

function url(...protocols: string[]) {
  return z
    .string("is missing")
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
    );
}

/** An address of ours or a provider's: nothing behind the path may follow, and paths are appended to it. */
const baseUrl = url("http:", "https:")
  .refine((text) => {
    if (!URL.canParse(text)) return true;
    const { search, hash, username, password } = new URL(text);
    return !search && !hash && !username && !password;
  }, "must be a plain address, without a name, query or fragment")
  .transform((text) => text.replace(/\/+$/, ""));

const secret = z
  .string("is missing")
  .min(32, "must have at least 32 characters; make one with: openssl rand -base64 32");

const encryptionKey = z
  .string("is missing")
  .refine(
    (text) => /^[A-Za-z0-9+/]{43}=$/.test(text),
    "must be 32 bytes in base64; make one with: openssl rand -base64 32",
  )
  .transform((text) => new Uint8Array(Buffer.from(text, "base64")));

const variables = z.object({
  NODE_ENV: z.string().optional(),
  HOLDPOINT_MODE: z.enum(modes, `must be one of ${modes.join(", ")}`).optional(),
  DATABASE_URL: url("postgres:", "postgresql:"),
  APP_URL: baseUrl.refine(
    (text) => !URL.canParse(text) || new URL(text).pathname === "/",
    "must be an origin, without a path",
  ),
  AUTH_SECRET: secret,
  ENCRYPTION_KEY: encryptionKey,
  CRON_SECRET: secret,
  SMTP_URL: url("smtp:", "smtps:").optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@]+@[^\s@]+[^\r\n]*$/, "must hold an e-mail address")
    .optional(),
  MAIL_WEBHOOK_SECRET: secret.optional(),
  MAIL_BOUNCE_ADDRESS: z
    .string()
    // 64 characters fit before the @, and the message's name needs 52 of them.
    .regex(
      /^[A-Za-z0-9._-]{1,12}@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$/,
      "must be an address with at most 12 characters before its @",
    )
    .optional(),
  MONOBANK_API_URL: baseUrl.optional(),
  LIQPAY_API_URL: baseUrl.optional(),
  ONEPAY_API_URL: baseUrl.optional(),
  SMARTERPAY_API_URL: baseUrl.optional(),
  PAYMENNT_API_URL: baseUrl.optional(),
  STRIPE_API_URL: baseUrl.optional(),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).optional(),
  INSTANCE: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, "may hold letters, digits and . : - _, at most 64 of them")
    .optional(),
});

function overrideOf(provider: OverridableProvider) {
  return `${provider.toUpperCase()}_API_URL` as `${Uppercase<OverridableProvider>}_API_URL`;
}

function isLoopback(address: string): boolean {
  const { hostname: host } = new URL(address);
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/**
 * Parses an environment.
 * @param source names and values, such as `process.env`; an empty value counts as none
 * @throws EnvironmentInvalid with every problem at once
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = variables.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).filter(isFirst);

  const mode = parsed.data?.HOLDPOINT_MODE ?? modeOf(given.HOLDPOINT_MODE, given.NODE_ENV);
  if (mode === "production") {
    for (const provider of PROVIDERS) {
      if (given[overrideOf(provider)] !== undefined) {
        problems.push(`${overrideOf(provider)} must not be set in production: money would go elsewhere`);
      }
    }
    const address = parsed.data?.APP_URL;
    if (address && !address.startsWith("https:") && !isLoopback(address)) {
      problems.push("APP_URL must start with https:// in production");
    }
  }
  if (given.SMTP_URL !== undefined && given.MAIL_FROM === undefined) {
    problems.push("MAIL_FROM is missing: mail is to be sent (SMTP_URL), but from whom?");
  }
  if (given.MAIL_BOUNCE_ADDRESS !== undefined && given.MAIL_WEBHOOK_SECRET === undefined) {
    problems.push(
      "MAIL_WEBHOOK_SECRET is missing: mail is to come back (MAIL_BOUNCE_ADDRESS), but who may hand it in?",
    );
  }
  if (!parsed.success || problems.length > 0) throw new EnvironmentInvalid(problems);

  const { data } = parsed;
  const providerUrls: Env["providerUrls"] = {};
  for (const provider of PROVIDERS) {
    const address = data[overrideOf(provider)];
    if (address !== undefined) providerUrls[provider] = address;
  }
  return {
    mode,
    databaseUrl: data.DATABASE_URL,
    appUrl: data.APP_URL,
    authSecret: data.AUTH_SECRET,
    encryptionKey: data.ENCRYPTION_KEY,
    cronSecret: data.CRON_SECRET,
    smtpUrl: data.SMTP_URL,
    mailFrom: data.MAIL_FROM,
    mailWebhookSecret: data.MAIL_WEBHOOK_SECRET,
    mailBounceAddress: data.MAIL_BOUNCE_ADDRESS,
    providerUrls,
    logLevel: data.LOG_LEVEL ?? "info",
    instance: data.INSTANCE ?? defaultInstance(),
  };
}

function isFirst(problem: string, index: number, all: string[]): boolean {
  const name = problem.split(" ")[0];
  return all.findIndex((other) => other.split(" ")[0] === name) === index;
}

/** Whoever forgets to say is in production: the mode that permits least. */
function modeOf(named: string | undefined, nodeEnv: string | undefined): Mode {
  const known = modes.find((mode) => mode === named);
  if (known) return known;
  if (named === undefined && nodeEnv === "test") return "test";
  if (named === undefined && nodeEnv === "development") return "development";
  return "production";
}

function defaultInstance(): string {
  return `${hostname()}:${process.pid}`.replaceAll(/[^\w.:-]/g, "-").slice(-64);
}

let read: Env | undefined;

/**
 * The environment of this process, parsed at the first call (never while building, when there is none).
 * @throws EnvironmentInvalid with every problem at once
 */
export function env(): Env {
  read ??= readEnv(process.env);
  return read;
}

/** What the log needs before anything else is known to be right; never throws. */
export function logSettings(): { level: LogLevel; instance: string; mode: Mode } {
  return {
    level: logLevels.find((level) => level === process.env.LOG_LEVEL) ?? "info",
    instance: process.env.INSTANCE || defaultInstance(),
    mode: modeOf(process.env.HOLDPOINT_MODE || undefined, process.env.NODE_ENV),
  };
}
