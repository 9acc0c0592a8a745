import { lastLines, type ProcessOptions, type Service, startProcess } from "#lib/commands/processes";
import { CommandFailure } from "#lib/commands/terminal";

/**
 * Starts a program that says with one line of JSON that it is ready, `{"ready":true,…}`, and waits for it.
 * @returns the service, and what that line says
 */
export async function startReporting<Said>(
  options: ProcessOptions & { logFile: string; keep: (service: Service) => void },
): Promise<{ service: Service; said: Said }> {
  const { keep, ...process } = options;
  let heard: (line: Said) => void = () => undefined;
  const ready = new Promise<Said>((done) => {
    heard = done;
  });
  const service = startProcess({
    patienceMs: 3_000,
    ...process,
    onLine: (line) => {
      if (!line.startsWith("{")) return;
      const said = JSON.parse(line);
      if (said.ready) heard(said);
    },
  });
  keep(service);
  const patience = new Promise<string>((done) => setTimeout(() => done("no answer for 20 s"), 20_000).unref());
  const outcome = await Promise.race([ready, service.ended, patience]);
  if (typeof outcome === "string")
    throw new CommandFailure(
      `${options.name} did not start (${outcome}). Its last lines (${options.logFile}):\n\n${lastLines(options.logFile, 20)}`,
    );
  return { service, said: outcome };
}
