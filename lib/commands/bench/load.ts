import { Agent, request } from "node:http";

export type Shot = {
  method: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};
export type Load = {
  /** Successful answers per second. */
  perSecond: number;
  medianMs: number;
  p99Ms: number;
  answers: number;
  /** Status → how many, of those that were no success. */
  refused: Record<number, number>;
};
export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };

/** One request to this computer's own address. */
export function ask(port: number, { method, path, headers, body }: Shot, agent?: Agent): Promise<Answer> {
  return new Promise((done, failed) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const asked = request(
      { host: "127.0.0.1", port, method, path, headers: { host: `localhost:${port}`, ...headers, ...length }, agent },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () =>
          done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
        answer.on("error", failed);
      },
    );
    asked.on("error", failed);
    asked.end(body);
  });
}

/**
 * Keeps so many connections busy for so long. `next` makes each shot; null when there is nothing left to send.
 * @param after looks at each answer, outside of what is measured
 */
export async function fire(
  port: number,
  connections: number,
  seconds: number,
  next: () => Shot | null,
  after: (answer: Answer, shot: Shot) => Promise<void> | undefined = () => undefined,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const refused: Record<number, number> = {};
  const began = performance.now();
  const until = began + seconds * 1000;
  let aside = 0;
  const worker = async () => {
    while (performance.now() < until) {
      const shot = next();
      if (!shot) return;
      const at = performance.now();
      const answer = await ask(port, shot, agent);
      if (answer.status >= 200 && answer.status < 300) times.push(performance.now() - at);
      else refused[answer.status] = (refused[answer.status] ?? 0) + 1;
      const looked = performance.now();
      await after(answer, shot);
      aside += performance.now() - looked;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  const took = (performance.now() - began - aside / connections) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { perSecond: times.length / took, medianMs: at(0.5), p99Ms: at(0.99), answers: times.length, refused };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
