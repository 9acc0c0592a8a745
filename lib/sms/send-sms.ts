import "server-only";
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { isIP } from "node:net";
import type { MessageFault } from "#lib/domain/message";
import { type SmsGateway, type SmsValues, smsRequest } from "#lib/domain/sms";
import { isPublicAddress, publicLookup } from "#lib/providers/public-address";

/** As with mail: `again` means that nothing left, so trying again sends nothing twice. */
export type SmsDelivery =
  | { ended: "sent"; response: string }
  | { ended: "refused" | "again" | "unconfirmed" | "stopped"; fault: MessageFault; said: string };

const CONNECT_MS = 5_000;
const WHOLE_MS = 15_000;
const LONGEST_ANSWER = 64 * 1024;

/**
 * Asks the gateway to send one text message. Only addresses on the internet are called, over https, and no redirect is
 * followed. `beforeEnd` writes down, on an open connection and before anything is said, that from here on nobody knows.
 */
export async function sendSms(
  gateway: SmsGateway,
  values: SmsValues,
  beforeEnd: () => Promise<boolean>,
  /** Outside production a gateway on this machine may be called: for tests and trying out. */
  local: boolean,
): Promise<SmsDelivery> {
  const wish = smsRequest(gateway, values);
  const url = new URL(wish.url);
  const isLocal = local && url.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!isLocal && (url.protocol !== "https:" || (isIP(host) !== 0 && !isPublicAddress(host))))
    return { ended: "refused", fault: "not_configured", said: "" };

  return new Promise((done) => {
    let left = false;
    let answered = false;
    const answer = (delivery: SmsDelivery) => {
      if (answered) return;
      answered = true;
      clearTimeout(whole);
      clearTimeout(connecting);
      request.destroy();
      done(delivery);
    };
    const lost = () =>
      answer(
        left
          ? { ended: "unconfirmed", fault: "unconfirmed", said: "" }
          : { ended: "again", fault: "unreachable", said: "" },
      );
    const request = (isLocal ? plainRequest : tlsRequest)(url, {
      method: wish.method,
      agent: false,
      ...(isLocal ? {} : { lookup: publicLookup }),
      headers: {
        "user-agent": "Holdpoint",
        ...wish.headers,
        ...(wish.body === null ? {} : { "content-length": String(Buffer.byteLength(wish.body)) }),
      },
    });
    const whole = setTimeout(lost, WHOLE_MS);
    const connecting = setTimeout(lost, CONNECT_MS);
    request.on("error", lost);
    request.on("close", lost);
    request.on("socket", (socket) =>
      socket.once(isLocal ? "connect" : "secureConnect", () => {
        clearTimeout(connecting);
        beforeEnd().then((may) => {
          if (!may) return answer({ ended: "stopped", fault: "unconfirmed", said: "" });
          left = true;
          request.end(wish.body ?? undefined);
        }, lost);
      }),
    );
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        if (text.length < LONGEST_ANSWER) text += chunk;
      });
      response.on("error", lost);
      response.on("end", () => answer(judged(response.statusCode ?? 0, text, values.secret)));
    });
  });
}

/** What a status means. The gateway's own sentence is kept, without our secret in it. */
function judged(status: number, text: string, secret: string): SmsDelivery {
  const words = text.replace(/\s+/g, " ").trim().slice(0, 200);
  const said = `${status} ${secret ? words.replaceAll(secret, "•••") : words}`.trim();
  if (status >= 200 && status < 300) return { ended: "sent", response: said };
  if (status === 401 || status === 403) return { ended: "again", fault: "credentials", said };
  if (status === 408 || status === 429 || status >= 500) return { ended: "again", fault: "later", said };
  return { ended: "refused", fault: "refused", said };
}
