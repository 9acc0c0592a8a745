// Small HTTP plumbing shared by the emulators.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Hit {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  raw: Buffer;
  res: ServerResponse;
}

/** What an endpoint wants to answer. `json` is rendered by the provider's own serializer. */
export interface Answer {
  status: number;
  json?: unknown;
  body?: string;
  headers?: Record<string, string>;
}

const BODY_LIMIT = 2_000_000;

export function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    req.on("data", (part: Buffer) => {
      size += part.length;
      if (size <= BODY_LIMIT) parts.push(part);
    });
    req.on("end", () => resolve(size > BODY_LIMIT ? undefined : Buffer.concat(parts)));
    req.on("error", () => resolve(undefined));
  });
}

export function listen(port: number, handler: (hit: Hit) => Promise<void>): Promise<{ server: Server; port: number }> {
  const server = createServer((req, res) => {
    void (async () => {
      try {
        const raw = await readBody(req);
        if (raw === undefined) {
          sendText(res, 413, "too large");
          return;
        }
        const url = new URL(req.url ?? "/", "http://127.0.0.1");
        await handler({
          method: req.method ?? "GET",
          path: url.pathname,
          query: url.searchParams,
          headers: req.headers,
          raw,
          res,
        });
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        if (!res.headersSent) sendText(res, 500, "emulator error");
        else res.destroy();
      }
    })();
  });
  // As behind a bank's proxy: Node alone hangs up after 5 s of quiet, upon whoever sends in that very instant.
  server.keepAliveTimeout = 75_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

export function sendText(res: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  if (res.destroyed || res.headersSent) return;
  const body = Buffer.from(text, "utf8");
  res.writeHead(status, { "content-type": type, "content-length": body.length, "cache-control": "no-store" });
  res.end(body);
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  sendText(res, status, JSON.stringify(value), "application/json; charset=utf-8");
}

export function htmlAnswer(status: number, html: string): Answer {
  return {
    status,
    body: html,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  };
}

export function redirectAnswer(status: number, location: string): Answer {
  return { status, body: "", headers: { location, "content-type": "text/plain; charset=utf-8" } };
}

export function parseObject(raw: Buffer | string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(raw.toString("utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Only web addresses may be returned to; anything else is ignored. */
export function webUrl(value: string | undefined): string | undefined {
  if (!value || !URL.canParse(value)) return undefined;
  return /^https?:$/.test(new URL(value).protocol) ? value : undefined;
}
