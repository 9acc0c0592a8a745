import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { removeEmbedded, startEmbedded } from "#db/embedded";
import { createDatabase } from "#db/embedded/databases";
import { KEEP_ALIVE, untilReady } from "#lib/commands/application";
import { buildBareApp, seedBareApp } from "#lib/commands/bench/bare-app";
import { ask, fire, type Shot } from "#lib/commands/bench/load";
import { startPayingBank, type Waiting } from "#lib/commands/bench/paying-bank";
import { type Measured, report } from "#lib/commands/bench/report";
import { signIn, weigh } from "#lib/commands/bench/visitor";
import { buildOnce } from "#lib/commands/build";
import { type Keeper, runCommand } from "#lib/commands/command";
import { migrateDatabase } from "#lib/commands/database";
import { portLike } from "#lib/commands/port";
import { ROOT, type Service, startProcess } from "#lib/commands/processes";
import { bold, CommandFailure, faint, say, step } from "#lib/commands/terminal";
import { pages } from "#lib/paths";

const ROUNDS = 3;
const CONNECTIONS = 16;
const SECONDS = 4;
/** Links that are waiting to be paid: more than can be paid in the time there is. */
const WAITING = 14_000;

/** One application under test. */
type Server = { port: number; start: () => Promise<Service>; ready: string };

/** The whole measurement: builds, data, rounds, table. */
async function measure(keeper: Keeper): Promise<number> {
  const orders = ordersWanted(process.argv.slice(2));
  say(bold("\nHoldpoint: measuring against the floor\n"));
  say(
    faint(
      `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}; only ratios within one run mean anything\n`,
    ),
  );
  const home = mkdtempSync(join(tmpdir(), "holdpoint-bench-"));
  const bareFolder = join(ROOT, ".holdpoint", "bench", "bare");
  keeper.keep({
    name: "The folders of the measurement",
    stop: async () => {
      await removeEmbedded(join(home, "postgres"));
      rmSync(home, { recursive: true, force: true });
      rmSync(bareFolder, { recursive: true, force: true });
    },
  });

  const bank = keeper.keep(await startPayingBank());
  let bareServer = "";
  let ourServer = "";
  await step("Building the bare application", async () => {
    bareServer = await buildBareApp(bareFolder, keeper.keep);
    return "The bare application is built";
  });
  await step("Building Holdpoint", async () => {
    const build = await buildOnce({ onStart: keeper.keep });
    ourServer = build.server;
    return build.reused ? "Nothing has changed since the last build" : "Holdpoint is built";
  });

  const port = await portLike(undefined);
  const env: Record<string, string> = {
    NODE_ENV: "production",
    NODE_OPTIONS: "",
    ...KEEP_ALIVE,
    HOLDPOINT_MODE: "test",
    APP_URL: `http://localhost:${port}`,
    AUTH_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    CRON_SECRET: randomBytes(32).toString("base64"),
    MONOBANK_API_URL: bank.url,
    LOG_LEVEL: "warn",
    HOSTNAME: "127.0.0.1",
  };
  let ownerUrl = "";
  let bareUrl = "";
  await step(`Filling a database with ${orders.toLocaleString("en")} orders`, async () => {
    // Safe against a power cut, as in production: waiting for the disk is part of every answer.
    const cluster = keeper.keep(named("PostgreSQL", await startEmbedded({ dataDir: join(home, "postgres") })));
    ownerUrl = cluster.url;
    bareUrl = await createDatabase(cluster.adminUrl, "bare");
    env.DATABASE_URL = await migrateDatabase(ownerUrl);
    Object.assign(process.env, env);
    const { seedMany } = await import("#db/seed-many");
    await seedMany(ownerUrl, orders, WAITING);
    await seedBareApp(bareUrl, orders);
    return `${orders.toLocaleString("en")} orders, and ${WAITING.toLocaleString("en")} more with a link to pay`;
  });

  const ours: Server = server(keeper, "Holdpoint", ourServer, port, env, "/api/ready", join(home, "ours.log"));
  const barePort = await portLike(undefined);
  const bareEnv = { NODE_ENV: "production", NODE_OPTIONS: "", DATABASE_URL: bareUrl, HOSTNAME: "127.0.0.1" };
  const bare = server(
    keeper,
    "The bare application",
    bareServer,
    barePort,
    bareEnv,
    "/nothing",
    join(home, "bare.log"),
  );

  const measured: Measured = {
    five: [],
    webhook: [],
    create: [],
    barePage: [],
    listPage: [],
    payPage: [],
    payPageBusy: [],
    barePageBusy: [],
    listPageBusy: [],
    bareStart: [],
    ourStart: [],
    notYetOpen: 0,
    looked: 0,
  };
  await step("Starting both, three times each", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      measured.bareStart.push(await coldStart(bare));
      measured.ourStart.push(await coldStart(ours));
    }
    return "Both start";
  });

  const [ourProcess] = [await ours.start(), await bare.start()];
  await untilReady(ourProcess, `http://127.0.0.1:${port}`);
  await until(bare);
  const cookie = await signIn(port, "sales@holdpoint.test", "holdpoint-demo");
  await ask(port, listPage(cookie));
  const idle = residentMb(ourProcess.pid);
  const weight = await weigh(port, "/orders", cookie);
  const bareWeight = await weigh(barePort, "/");

  const sql = postgres(ownerUrl, { max: 2, onnotice: () => {} });
  keeper.keep({ name: "The measuring connection", stop: () => sql.end({ timeout: 2 }) });
  const waiting =
    (await sql`select id, provider_payment_id as "providerId", amount_minor::int as amount, service_id as "serviceId"
    from payments where state = 'pending' and provider = 'monobank' order by id desc limit ${WAITING}`) as unknown as Waiting[];
  const payAt = await customersPage(sql);
  const payWeight = await weigh(port, payAt().path);
  const shots = waiting.map((payment) => ({ ...bank.paid(payment), payment: payment.id }));
  const order = await newOrder(sql, port, cookie);
  let serial = 0;
  const five = (): Shot => ({ method: "POST", path: "/five", body: String((serial++ % orders) + 1) });

  // What is compiled, cached and connected at the first request is nobody's speed.
  await fire(barePort, CONNECTIONS, 2, five);
  await fire(port, CONNECTIONS, 2, () => shots.pop() ?? null);
  await fire(port, 4, 1, order);
  await fire(port, 4, 1, () => listPage(cookie));
  await fire(port, 4, 1, payAt);
  await fire(barePort, 4, 1, () => ({ method: "GET", path: "/" }));

  const memory: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    await step(`Round ${round} of ${ROUNDS}`, async () => {
      measured.five.push(await fire(barePort, CONNECTIONS, SECONDS, five));
      measured.webhook.push(
        await fire(
          port,
          CONNECTIONS,
          SECONDS,
          () => shots.pop() ?? null,
          (answer, shot) => (answer.status === 200 && Math.random() < 0.04 ? look(sql, shot, measured) : undefined),
        ),
      );
      measured.create.push(await fire(port, CONNECTIONS, SECONDS, order));
      measured.barePage.push(await fire(barePort, 1, SECONDS / 2, () => ({ method: "GET", path: "/" })));
      measured.listPage.push(await fire(port, 1, SECONDS / 2, () => listPage(cookie)));
      measured.payPage.push(await fire(port, 1, SECONDS / 2, payAt));
      measured.barePageBusy.push(await fire(barePort, CONNECTIONS, SECONDS / 2, () => ({ method: "GET", path: "/" })));
      measured.listPageBusy.push(await fire(port, CONNECTIONS, SECONDS / 2, () => listPage(cookie)));
      measured.payPageBusy.push(await fire(port, CONNECTIONS, SECONDS / 2, payAt));
      memory.push(residentMb(ourProcess.pid));
      return `Round ${round} of ${ROUNDS}`;
    });
  }
  report(orders, measured, { rounds: ROUNDS, weight, bareWeight, payWeight, idle, memory });
  return 0;
}

function ordersWanted(flags: string[]): number {
  const given = flags.find((flag) => flag.startsWith("--orders="))?.slice("--orders=".length);
  const orders = given === undefined ? 100_000 : Number(given);
  if (!Number.isInteger(orders) || orders < 1_000 || orders > 1_000_000 || flags.length > (given === undefined ? 0 : 1))
    throw new CommandFailure("npm run bench [-- --orders=100000]   (1000 to 1000000)");
  return orders;
}

const named = <T extends { stop: () => Promise<void> }>(name: string, it: T) =>
  Object.assign(it as Omit<T, "ended">, { name, stop: it.stop });

function server(
  keeper: Keeper,
  name: string,
  file: string,
  port: number,
  env: Record<string, string>,
  ready: string,
  logFile: string,
): Server {
  const start = async () =>
    keeper.keep(startProcess({ name, args: [file], env: { ...env, PORT: String(port) }, logFile }));
  return { port, start, ready };
}

/** Milliseconds from the start of the process to its first good answer. */
async function coldStart(target: Server): Promise<number> {
  const began = performance.now();
  const service = await target.start();
  await until(target);
  const took = performance.now() - began;
  await service.stop();
  return took;
}

async function until(target: Server): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const answer = await ask(target.port, { method: "GET", path: target.ready }).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((wake) => setTimeout(wake, 10));
  }
  throw new CommandFailure("A server did not answer for a minute.");
}

const listPage = (cookie: string): Shot => ({ method: "GET", path: "/orders", headers: { cookie } });

/** What customers open: one of many orders that wait to be paid, another each time. */
async function customersPage(sql: postgres.Sql): Promise<() => Shot> {
  const orders = await sql<{ token: string }[]>`select o.pay_token as token from sales_orders o
    join payments p on p.order_id = o.id and p.state = 'pending' order by o.id limit 500`;
  let serial = 0;
  return () => ({ method: "GET", path: pages.pay(orders[serial++ % orders.length]?.token ?? "") });
}

/** Creates an order of three lines for one of our customers. */
async function newOrder(sql: postgres.Sql, port: number, cookie: string): Promise<() => Shot> {
  const customers = await sql<{ id: string }[]>`select id from customers order by id limit 200`;
  let serial = 0;
  return () => {
    const line = { description: "Кутова шліфмашина 125 мм", discountPercent: "5", vatPercent: "20" };
    const unitPrice = { amount: 279_000 + (serial % 1000), currency: "UAH" };
    return {
      method: "POST",
      path: "/api/v1/orders",
      headers: {
        cookie,
        origin: `http://localhost:${port}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
      },
      body: JSON.stringify({
        customerId: customers[serial++ % customers.length]?.id,
        prepayment: { kind: "percent", percent: "50" },
        lines: ["1", "2", "2.5"].map((quantity) => ({ ...line, quantity, unitPrice })),
      }),
    };
  };
}

/** Is the order open for shipping at the moment at which the bank reads our 200? */
async function look(sql: postgres.Sql, shot: Shot, measured: Measured): Promise<void> {
  const { payment } = shot as Shot & { payment: string };
  const [row] =
    await sql`select o.accepted from payments p join sales_orders o on o.id = p.order_id where p.id = ${payment}`;
  measured.looked++;
  if (!row?.accepted) measured.notYetOpen++;
}

/** Memory of a process that is really in use, in megabytes; not a number where the system does not say. */
function residentMb(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return Number.NaN;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))?.[1]) / 1024;
}

await runCommand(measure);
