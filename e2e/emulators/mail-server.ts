import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** A mail as a server received it. */
export type ReceivedMail = { at: string; from: string; to: string[]; raw: string; mail: Email };

/** How the server behaves towards the next messages; `times` of them, all when left out. */
export type MailFault = {
  /** At which moment: on connecting, at the sender, the recipient, the message's end, or after taking it. */
  at: "connect" | "sender" | "recipient" | "end" | "taken";
  /** Answer with this code; without one the connection is dropped. */
  code?: number;
  text?: string;
  times?: number;
  /** Only for this recipient, or for everybody at this domain. */
  to?: string;
  domain?: string;
};

/** A real mail server that keeps what it is sent and can be told to misbehave: for tests and the demo's inbox. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** Waits so long before it says that it has taken a message. */
  slowMs = 0;
  /** Called when it has taken a message and before it says so. */
  onTaken: ((mail: ReceivedMail) => void | Promise<void>) | null = null;
  /** Called before it answers to a recipient. */
  onRecipient: (() => void) | null = null;
  readonly #faults: MailFault[] = [];
  readonly #server: SMTPServer;
  #port = 0;

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      logger: false,
      onConnect: (session, done) => this.#judge("connect", session, null, done),
      onMailFrom: ({ address: _address }, session, done) => this.#judge("sender", session, null, done),
      onRcptTo: ({ address }, session, done) => {
        this.onRecipient?.();
        this.#judge("recipient", session, address, done);
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          this.#judge("end", session, to[0] ?? null, (refused) => {
            if (refused) {
              done(refused);
              return;
            }
            void this.#take(Buffer.concat(chunks), session, to).then(
              () => this.#judge("taken", session, to[0] ?? null, done),
              (fault: Error) => done(fault),
            );
          });
        });
      },
    });
    // Clients that are killed in mid-sentence are what it is for.
    this.#server.on("error", () => {});
  }

  /** Listens on this machine only; answers the address for SMTP_URL. */
  async start(port = 0): Promise<string> {
    await new Promise<void>((done, fail) => {
      this.#server.once("error", fail);
      this.#server.listen(port, "127.0.0.1", () => done());
    });
    this.#port = (this.#server.server.address() as AddressInfo).port;
    return this.url;
  }
  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  stop = (): Promise<void> => new Promise((done) => this.#server.close(() => done()));

  misbehave(fault: MailFault): void {
    this.#faults.push({ ...fault });
  }
  behave(): void {
    this.#faults.length = 0;
    this.slowMs = 0;
    this.onTaken = null;
    this.onRecipient = null;
  }

  /** What this address was sent. */
  to = (address: string): ReceivedMail[] => this.mails.filter((mail) => mail.to.includes(address));

  async #take(raw: Buffer, session: SMTPServerSession, to: string[]): Promise<void> {
    const from = session.envelope.mailFrom;
    const mail: ReceivedMail = {
      at: new Date().toISOString(),
      from: from ? from.address : "",
      to,
      raw: raw.toString("utf8"),
      mail: await PostalMime.parse(raw),
    };
    this.mails.push(mail);
    await this.onTaken?.(mail);
    if (this.slowMs > 0) await new Promise((wake) => setTimeout(wake, this.slowMs));
  }

  #judge(
    at: MailFault["at"],
    session: SMTPServerSession,
    to: string | null,
    done: (refused?: Error | null) => void,
  ): void {
    const fault = this.#faults.find(
      (one) =>
        one.at === at &&
        one.times !== 0 &&
        (one.to === undefined || one.to === to) &&
        (one.domain === undefined || to?.endsWith(`@${one.domain}`)),
    );
    if (!fault) {
      done();
      return;
    }
    if (fault.times !== undefined) fault.times -= 1;
    if (fault.code !== undefined) {
      done(Object.assign(new Error(fault.text ?? "No"), { responseCode: fault.code }));
      return;
    }
    for (const connection of this.#server.connections) if (connection.id === session.id) connection._socket?.destroy();
  }
}
