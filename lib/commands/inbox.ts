import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { portLike } from "#lib/commands/port";
import { lastLines, ROOT, type Service, startProcess } from "#lib/commands/processes";
import { CommandFailure } from "#lib/commands/terminal";
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
  const logFile = join(home, "inbox.log");
  let heard: (line: Inbox) => void = () => undefined;
  const ready = new Promise<Inbox>((done) => {
    heard = done;
  });
  const service = startProcess({
    name: "The inbox",
    args: [
      join(ROOT, "e2e", "emulators", "inbox.ts"),
      ...["--port", String(await portLike(options.ports?.page))],
      ...["--smtp-port", String(await portLike(options.ports?.smtp))],
      ...["--keep", join(home, "mails.jsonl")],
      ...(options.reports ? ["--returns-to", options.reports.appUrl + api.mailWebhook()] : []),
    ],
    env: { MAIL_WEBHOOK_SECRET: options.reports?.secret },
    logFile,
    patienceMs: 3_000,
    onLine: (line) => {
      if (!line.startsWith("{")) return;
      const said = JSON.parse(line);
      if (said.ready) heard(said);
    },
  });
  options.keep(service);
  const patience = new Promise<string>((done) => setTimeout(() => done("no answer for 20 s"), 20_000).unref());
  const outcome = await Promise.race([ready, service.ended, patience]);
  if (typeof outcome === "string")
    throw new CommandFailure(
      `The inbox did not start (${outcome}). Its last lines (${logFile}):\n\n${lastLines(logFile, 20)}`,
    );
  return { url: outcome.url, smtpUrl: outcome.smtpUrl };
}
