import "server-only";
import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import SMTPTransport from "nodemailer/lib/smtp-transport";
import type { MessageFault } from "#lib/domain/message";

/** How a try ended. `again`: nothing was delivered, and it may be tried again without sending anything twice. */
export type Delivery =
  | { ended: "sent"; response: string }
  | { ended: "refused" | "again" | "unconfirmed" | "stopped"; fault: MessageFault; said: string };

const CONNECT_MS = 10_000;
const ANSWER_MS = 15_000;
const WHOLE_MS = 40_000;

type Fault = Error & { responseCode?: number; response?: string; command?: string; code?: string };

/**
 * Hands one message to the mail server. What a server has not been given to its end it cannot deliver, so everything up to
 * the last dot may be tried again. Right before that dot `beforeEnd` writes down that from here on nobody knows; where it
 * says no (another process holds the message now), the dot is not sent and nothing is delivered.
 */
export async function deliver(
  smtpUrl: string,
  message: { from: string; to: string; raw: Buffer },
  beforeEnd: () => Promise<boolean>,
  limits: { wholeMs?: number; answerMs?: number } = {},
): Promise<Delivery> {
  const transport = new SMTPTransport({ url: smtpUrl });
  const connection = new SMTPConnection({
    ...transport.options,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: limits.answerMs ?? ANSWER_MS,
    logger: false,
  });
  let phase: "before" | "body" | "ended" = "before";
  let stopped = false;
  const body = bodyOf(message.raw, async () => {
    if (!(await beforeEnd())) {
      stopped = true;
      return false;
    }
    phase = "ended";
    return true;
  });

  return new Promise<Delivery>((done) => {
    let answered = false;
    const answer = (delivery: Delivery) => {
      if (answered) return;
      answered = true;
      clearTimeout(late);
      body.destroy();
      connection.close();
      done(delivery);
    };
    const fail = (fault: Fault) => {
      if (stopped) return answer({ ended: "stopped", fault: "unconfirmed", said: "" });
      answer(judged(fault, phase === "ended"));
    };
    const late = setTimeout(() => fail(new Error("No answer in time")), limits.wholeMs ?? WHOLE_MS);
    connection.on("error", fail);
    const send = () => {
      phase = "body";
      connection.send({ from: message.from, to: [message.to], size: message.raw.length }, body, (fault, info) => {
        if (fault) fail(fault);
        else answer({ ended: "sent", response: said(info?.response ?? "") });
      });
    };
    connection.connect((fault) => {
      if (answered) return;
      if (fault) return fail(fault);
      const auth = transport.getAuth({});
      if (!auth || !connection.allowsAuth) return send();
      connection.login(auth, (refused) => (refused ? fail(refused) : send()));
    });
  });
}

/** The whole text at once, and its end only after `mayEnd` has agreed. */
function bodyOf(raw: Buffer, mayEnd: () => Promise<boolean>): Readable {
  let given = false;
  return new Readable({
    read() {
      if (!given) {
        given = true;
        this.push(raw);
        return;
      }
      mayEnd().then(
        (may) => {
          if (may) this.push(null);
          else this.destroy(new Error("Not ours any more"));
        },
        (fault: Error) => this.destroy(fault),
      );
    },
  });
}

/** Whose fault it is, and whether trying again helps. */
function judged(fault: Fault, ended: boolean): Delivery {
  const text = said(fault.response ?? fault.message);
  const code = fault.responseCode;
  // The server has spoken: whatever we had sent, it did not take it.
  if (code !== undefined) {
    if (code < 500) return { ended: "again", fault: "later", said: text };
    const aboutMessage = /^(MAIL FROM|RCPT TO|DATA)/.test(fault.command ?? "");
    if (aboutMessage) return { ended: "refused", fault: "refused", said: text };
    return { ended: "again", fault: fault.code === "EAUTH" ? "credentials" : "unreachable", said: text };
  }
  if (fault.command === "API" && fault.code === "EENVELOPE")
    return { ended: "refused", fault: "bad_address", said: text };
  if (ended) return { ended: "unconfirmed", fault: "unconfirmed", said: text };
  if (fault.code === "EAUTH") return { ended: "again", fault: "credentials", said: text };
  return { ended: "again", fault: "unreachable", said: text };
}

const said = (text: string) => text.replace(/\s+/g, " ").trim().slice(0, 300);
