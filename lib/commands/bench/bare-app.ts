import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { bin, lastLines, ROOT, runProcess, type Service } from "#lib/commands/processes";
import { CommandFailure } from "#lib/commands/terminal";

/**
 * The floor: what the framework and the database cost without us. A Next application that does nothing, runs the five
 * statements of applying one webhook, and shows fifty rows. It lives inside the checkout for the sake of its packages.
 */
const FILES = {
  "package.json": `{ "name": "bare", "private": true, "type": "module" }`,
  "next.config.mjs": `export default {
  output: "standalone", poweredByHeader: false, serverExternalPackages: ["postgres"],
  turbopack: { root: ${JSON.stringify(ROOT)} }, outputFileTracingRoot: ${JSON.stringify(ROOT)},
  typescript: { ignoreBuildErrors: true },
};`,
  "app/layout.jsx": `export default ({ children }) => <html lang="en"><body>{children}</body></html>;`,
  "db.js": `import postgres from "postgres";
export const sql = (globalThis.bare ??= postgres(process.env.DATABASE_URL, { max: 10, onnotice() {} }));`,
  "app/nothing/route.js": `export const dynamic = "force-dynamic";
export const GET = () => new Response("ok");`,
  "app/five/route.js": `import { sql } from "../../db.js";
export const dynamic = "force-dynamic";
export async function POST(request) {
  const n = Number(await request.text());
  await sql.begin(async (tx) => {
    await tx\`insert into bare_events (key, payment) values (\${"event " + n}, \${n}) on conflict do nothing\`;
    const [payment] = await tx\`select * from bare_payments where id = \${n} for update\`;
    await tx\`update bare_payments set state = 'successful', captured = \${payment.amount} where id = \${n}\`;
    await tx\`update bare_orders set status = 'released', secured = \${payment.amount} where id = \${payment.order_id}\`;
    await tx\`insert into bare_audit (body) values (\${JSON.stringify(payment)})\`;
  });
  return new Response(null, { status: 200 });
}`,
  "app/page.jsx": `import { sql } from "../db.js";
export const dynamic = "force-dynamic";
export default async function Page() {
  const rows = await sql\`select * from bare_orders order by created_at desc, id desc limit 50\`;
  return <table><tbody>{rows.map((row) => <tr key={row.id}><td>{row.number}</td><td>{row.customer}</td>
    <td>{row.total}</td><td>{row.status}</td><td>{row.created_at.toISOString()}</td></tr>)}</tbody></table>;
}`,
} as const;

/** Builds it in `folder` (inside the checkout) and answers with its server's file. */
export async function buildBareApp(folder: string, onStart: (service: Service) => void): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const logFile = join(folder, "build.log");
  const env = { NODE_ENV: "production", NODE_OPTIONS: "" };
  const args = [bin("next", "dist/bin/next"), "build"];
  const code = await runProcess({ name: "The bare application's build", args, cwd: folder, env, logFile, onStart });
  const server = findServer(join(folder, ".next", "standalone"));
  if (code !== 0 || !server)
    throw new CommandFailure(`The bare application was not built. Its last lines:\n\n${lastLines(logFile, 30)}`);
  // Next leaves these to a content delivery network.
  cpSync(join(folder, ".next", "static"), join(dirname(server), ".next", "static"), { recursive: true });
  return server;
}

/** The server stands where the application stands in the traced tree. */
function findServer(folder: string): string | null {
  if (!existsSync(folder)) return null;
  if (existsSync(join(folder, "server.js"))) return join(folder, "server.js");
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === "node_modules") continue;
    const found = findServer(join(folder, entry.name));
    if (found) return found;
  }
  return null;
}

/** Its tables, as many rows as ours. */
export async function seedBareApp(url: string, n: number): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`create table bare_orders (id int primary key, number text, customer text, total bigint, status text,
    secured bigint default 0, created_at timestamptz not null)`;
  await sql`create table bare_payments (id int primary key, order_id int, amount bigint, captured bigint default 0, state text)`;
  await sql`create table bare_events (id bigint generated always as identity primary key, key text unique, payment int)`;
  await sql`create table bare_audit (id bigint generated always as identity primary key, at timestamptz default now(), body text)`;
  await sql`insert into bare_orders select i, 'SO-' || i, 'Customer ' || i % 5000, i * 10, 'pending_prepayment', 0,
    now() - (${n}::int - i) * interval '1 minute' from generate_series(1, ${n}::int) i`;
  await sql`insert into bare_payments select i, i, i * 5, 0, 'pending' from generate_series(1, ${n}::int) i`;
  await sql`create index on bare_orders (created_at desc, id desc)`;
  await sql`vacuum analyze`;
  await sql.end();
}
