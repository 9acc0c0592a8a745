import "server-only";
import { randomBytes } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { isIP } from "node:net";
import { env } from "#lib/env";

/**
 * Two facts about a request that Next does not pass on: the address at the other end of the socket, and the address that was
 * asked for. Node tells both when a request arrives; they travel to our code as headers with names made anew in each
 * process, so nobody outside can send them.
 */
type Names = { peer: string; url: string };
const KEPT = Symbol.for("holdpoint.arrival");
const kept = globalThis as { [KEPT]?: Names };

/** Starts to note arrivals; asked by every module that uses them, done once per process. */
function names(): Names {
  if (!kept[KEPT]) {
    const secret = randomBytes(16).toString("hex");
    const made = { peer: `x-peer-${secret}`, url: `x-url-${secret}` };
    kept[KEPT] = made;
    subscribe("http.server.request.start", (message) => {
      const { request, socket } = message as { request: IncomingMessage; socket: Socket };
      request.headers[made.peer] = socket.remoteAddress ?? "";
      request.headers[made.url] = request.url ?? "";
    });
  }
  return kept[KEPT];
}
names();

const plainAddress = (text: string | undefined) => {
  const address = (text ?? "").trim().replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(address) ? address : null;
};

/**
 * The address of the person at the other end. Next speaks no TLS, so where people use https a proxy of ours stands in front,
 * and the last address of `X-Forwarded-For`, the one this proxy wrote, counts; everything before it is what the client
 * claims. Without https nobody stands in front, and only the socket counts.
 */
export function clientAddress(headers: Headers): string {
  const peer = plainAddress(headers.get(names().peer) ?? undefined);
  if (!env().appUrl.startsWith("https:")) return peer ?? "unknown";
  return plainAddress(headers.get("x-forwarded-for")?.split(",").at(-1)) ?? peer ?? "unknown";
}

/** The path and query that were asked for, without what Next adds for its own fetches; null when it is not known. */
export function requestedPath(headers: Headers): string | null {
  const asked = headers.get(names().url);
  if (!asked?.startsWith("/") || !URL.canParse(asked, "http://localhost")) return null;
  const url = new URL(asked, "http://localhost");
  url.searchParams.delete("_rsc");
  return url.pathname + url.search;
}
