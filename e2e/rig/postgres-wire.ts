import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * Stands between one instance of the application and PostgreSQL, and kills the instance (SIGKILL, from outside) at a chosen
 * commit: before the statement that makes something lasting is passed on, or after the database has done it and before the
 * instance hears of it. A statement that makes something lasting is a `commit`, or a write outside a transaction; it is
 * named by what it writes, e.g. `commit: payments, sales_orders` or `update provider_operations`.
 *
 * Controlled over HTTP, because tests are another process:
 *   POST /record                     begins a trace
 *   GET  /trace                      → the names since, in order
 *   POST /kill { pid, name, nth, when: "before" | "after" }   the nth statement of this name from now on
 *   GET  /kill                       → { struck }
 *   DELETE /kill
 */
export type PostgresWire = { databaseUrl: string; controlUrl: string; stop: () => Promise<void> };

type Kill = { pid: number; name: string; nth: number; when: "before" | "after"; seen: number; struck: boolean };

/** What an instance sent up to a `Sync`: PostgreSQL answers it with one `ReadyForQuery`. */
type Unit = { kill: Kill | null };

const STARTUP_CODE = 196_608;
const SSL_REQUEST = 80_877_103;
/** The job queue's own table: written along where the queue is running, which it is not yet when an instance has just begun. */
const JOBS = "job_common";
/** Connections of other parts of the application (its job queue) are passed through unread. */
const WATCHED = "holdpoint";

export async function startPostgresWire(databaseUrl: string): Promise<PostgresWire> {
  const target = new URL(databaseUrl);
  let trace: string[] = [];
  let kill: Kill | null = null;

  /** Called for each lasting statement, before it is passed on. */
  const lasting = (name: string): Kill | null => {
    trace.push(name);
    if (!kill || kill.struck || kill.name !== name) return null;
    kill.seen += 1;
    return kill.seen === kill.nth ? kill : null;
  };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    watch(client, upstream, lasting);
  });
  const databasePort = await listening(server);

  const control = createHttpServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const answer = (body: unknown) => response.end(JSON.stringify(body));
      const route = `${request.method} ${request.url}`;
      if (route === "POST /record") trace = [];
      else if (route === "GET /trace") return answer(trace);
      else if (route === "POST /kill") kill = { nth: 1, seen: 0, struck: false, ...JSON.parse(text) };
      else if (route === "GET /kill") return answer({ struck: kill?.struck ?? false });
      else if (route === "DELETE /kill") kill = null;
      else response.statusCode = 404;
      answer({});
    });
  });
  const controlPort = await listening(control);

  const own = new URL(databaseUrl);
  own.port = String(databasePort);
  return {
    databaseUrl: own.href,
    controlUrl: `http://127.0.0.1:${controlPort}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      control.closeAllConnections();
      await Promise.all([server, control].map((it) => new Promise((done) => it.close(done))));
    },
  };
}

const listening = (server: Server | HttpServer): Promise<number> =>
  new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
  });

/** Passes both directions on, message by message. */
function watch(client: Socket, upstream: Socket, lasting: (name: string) => Kill | null): void {
  let started = false;
  let watched = false;
  let inTransaction = false;
  const writes = new Set<string>();
  const statements = new Map<string, string>();
  let sqls: string[] = [];
  const held: Buffer[] = [];
  const units: Unit[] = [];

  /** The name of what this unit makes lasting; null when nothing. */
  const nameOf = (sql: string): string | null => {
    const text = sql.trim();
    if (/^(begin|start transaction)\b/i.test(text)) {
      inTransaction = true;
      writes.clear();
      return null;
    }
    if (/^(rollback|abort)\b/i.test(text)) {
      if (!/\bto\b/i.test(text)) inTransaction = false;
      return null;
    }
    if (/^commit\b/i.test(text)) {
      inTransaction = false;
      return writes.size > 0 ? `commit: ${[...writes].sort().join(", ")}` : null;
    }
    const tables = [...text.matchAll(/\b(insert into|update|delete from)\s+(?:"?\w+"?\.)?"?(\w+)"?/gi)]
      .map(([, verb, table]) => ({ verb: String(verb).toLowerCase(), table: String(table) }))
      .filter(({ table }) => !["set", "skip", "of", "nowait"].includes(table.toLowerCase()));
    if (tables.length === 0 || !/^(insert|update|delete|with)\b/i.test(text)) return null;
    for (const { table } of tables) if (table !== JOBS) writes.add(table);
    const [first] = tables;
    return inTransaction || !first ? null : `${first.verb} ${first.table}`;
  };

  const endOfUnit = () => {
    let kill: Kill | null = null;
    for (const sql of sqls) {
      const name = watched ? nameOf(sql) : null;
      if (name !== null) kill ??= lasting(name);
    }
    sqls = [];
    if (kill?.when === "before") {
      strike(kill);
      return;
    }
    units.push({ kill });
    for (const message of held.splice(0)) upstream.write(message);
  };

  eachMessage(
    client,
    () => started,
    (type, message) => {
      if (!started) {
        const code = message.readInt32BE(4);
        if (code === SSL_REQUEST) {
          client.write("N");
          return;
        }
        started = true;
        if (code === STARTUP_CODE) watched = parametersOf(message).application_name === WATCHED;
        // Signing in ends with the first ReadyForQuery.
        units.push({ kill: null });
        upstream.write(message);
        return;
      }
      held.push(message);
      if (type === "P") {
        const [name, sql] = stringsAt(message, 5, 2);
        statements.set(name ?? "", sql ?? "");
      } else if (type === "B") {
        const [, statement] = stringsAt(message, 5, 2);
        sqls.push(statements.get(statement ?? "") ?? "");
      } else if (type === "Q") {
        sqls.push(...(stringsAt(message, 5, 1)[0] ?? "").split(";").filter((sql) => sql.trim()));
        endOfUnit();
      } else if (type === "S") endOfUnit();
      else if (type !== "D" && type !== "E" && type !== "C") for (const part of held.splice(0)) upstream.write(part);
    },
  );
  eachMessage(
    upstream,
    () => true,
    (type, message) => {
      const unit = units[0];
      if (unit?.kill) {
        // Done, and never heard of.
        if (type === "Z") strike(unit.kill);
        return;
      }
      if (type === "Z") units.shift();
      client.write(message);
    },
  );
}

function strike(kill: Kill): void {
  kill.struck = true;
  try {
    process.kill(kill.pid, "SIGKILL");
  } catch {
    // already gone
  }
}

/** Cuts a stream into whole messages. The first one of a client has no type. */
function eachMessage(socket: Socket, typed: () => boolean, take: (type: string, message: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const head = typed() ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      take(head ? String.fromCharCode(message[0] ?? 0) : "", message);
    }
  });
}

function stringsAt(message: Buffer, from: number, count: number): string[] {
  const found: string[] = [];
  let at = from;
  for (let n = 0; n < count; n++) {
    const end = message.indexOf(0, at);
    if (end < 0) break;
    found.push(message.toString("utf8", at, end));
    at = end + 1;
  }
  return found;
}

function parametersOf(startup: Buffer): Record<string, string> {
  const parts = startup.toString("utf8", 8).split("\0");
  const pairs: [string, string][] = [];
  for (let n = 0; n + 1 < parts.length; n += 2) pairs.push([parts[n] ?? "", parts[n + 1] ?? ""]);
  return Object.fromEntries(pairs);
}
