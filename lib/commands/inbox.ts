import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { portLike } from "#lib/commands/port";
import { ROOT, type Service } from "#lib/commands/processes";
import { startReporting } from "#lib/commands/reporting-service";
import { api } from "#lib/paths";

/** A mail server that delivers to nobody, and the page on which one reads what it was sent. */
export type Inbox = { url: string; smtpUrl: string };

/**
 * Starts it and waits until it listens.
 * @param options.home folder for its mails and its log
 * @param options.ports what it listened on before
 * @param options.reports who is told of mail that comes back
 */
export async function startInbox(options: {
  home: string;
  ports?: { page: number; smtp: number };
  reports?: { appUrl: string; secret: string };
  keep: (service: Service) => void;
}): Promise<Inbox> {
  const { home } = options;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const { said } = await startReporting<Inbox>({
    name: "The inbox",
    args: [
      join(ROOT, "e2e", "emulators", "inbox.ts"),
      ...["--port", String(await portLike(options.ports?.page))],
      ...["--smtp-port", String(await portLike(options.ports?.smtp))],
      ...["--keep", join(home, "mails.jsonl")],
      ...(options.reports ? ["--returns-to", options.reports.appUrl + api.mailWebhook()] : []),
    ],
    env: { MAIL_WEBHOOK_SECRET: options.reports?.secret },
    logFile: join(home, "inbox.log"),
    keep: options.keep,
  });
  return { url: said.url, smtpUrl: said.smtpUrl };
}
