import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "#db/client";
import { signIns, users } from "#db/schema/people";
import { auditLog } from "#db/schema/records";
import { freshDatabase } from "#e2e/rig/database";
import { userOfApiToken } from "#lib/auth/api-tokens";
import { passwordMatches } from "#lib/auth/passwords";
import { startSignIn } from "#lib/auth/sign-ins";
import { admin } from "./administer.ts";

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  const database = await freshDatabase();
  ({ db, close } = openDatabase(database.appUrl));
});
afterAll(() => close());

/** Runs the command for somebody who types these answers; without answers nobody can be asked. */
async function run(line: string, answers?: string[]): Promise<string> {
  const printed: string[] = [];
  const ask = answers && (async () => answers.shift() ?? "");
  await admin(db, line.split(" "), { ask: ask ?? null, print: (text) => printed.push(text) });
  return printed.join("\n");
}
const find = async (email: string) => (await db.select().from(users).where(eq(users.email, email)))[0];
const lastWord = (text: string) => text.split(" ").at(-1) ?? "";

test("the first user is an admin, whose generated password is shown once and works", async () => {
  const said = await run("create Owner@Trader.example --name Olena");
  expect(said).toMatch(
    /^Created owner@trader\.example, admin\. Password, shown this once: ([a-z2-9]{4}-){5}[a-z2-9]{4}$/,
  );
  const user = await find("owner@trader.example");
  expect(user).toMatchObject({ role: "admin", name: "Olena", language: "en", active: true });
  expect(await passwordMatches(user?.passwordHash ?? null, lastWord(said))).toBe(true);
  const written = await db
    .select()
    .from(auditLog)
    .where(eq(auditLog.entityId, user?.id ?? ""));
  expect(written.map(({ action }) => action)).toEqual(["user.created"]);
  expect(written[0]?.body).not.toContain(lastWord(said));
});

test("the next needs a role, and may type a password that is long enough, twice the same", async () => {
  await expect(run("create second@trader.example")).rejects.toThrow("--role");
  await expect(run("create second@trader.example --role king")).rejects.toThrow("--role");
  await expect(run("create second@trader.example", ["finance", "Ihor", "short"])).rejects.toThrow("12 characters");
  await expect(
    run("create second@trader.example", ["finance", "Ihor", "long enough words", "other words"]),
  ).rejects.toThrow("same");
  const said = await run("create second@trader.example", ["finance", "Ihor", "long enough words", "long enough words"]);
  expect(said).toBe("Created second@trader.example, finance.");
  expect(await find("second@trader.example")).toMatchObject({ role: "finance", name: "Ihor" });
});

test("an e-mail that somebody has is refused, and nothing changes", async () => {
  const before = await find("second@trader.example");
  await expect(run("create SECOND@trader.example --role admin")).rejects.toThrow("already");
  expect(await find("second@trader.example")).toEqual(before);
  await expect(run("create nonsense --role admin")).rejects.toThrow("not an e-mail");
  await expect(run("create")).rejects.toThrow("npm run admin");
  await expect(run("destroy second@trader.example")).rejects.toThrow("npm run admin");
  await expect(run("create x@y.example --root")).rejects.toThrow("npm run admin");
});

test("a reset ends every sign-in and the old password", async () => {
  const before = await find("second@trader.example");
  if (!before) throw new Error("not there");
  await startSignIn(db, before.id, { address: "203.0.113.5", userAgent: null }, new Date());
  const said = await run("reset second@trader.example --generate");
  const after = await find("second@trader.example");
  expect(await passwordMatches(after?.passwordHash ?? null, "long enough words")).toBe(false);
  expect(await passwordMatches(after?.passwordHash ?? null, lastWord(said))).toBe(true);
  const open = (await db.select().from(signIns)).filter(({ endedAt }) => endedAt === null);
  expect(open).toEqual([]);
  await expect(run("reset nobody@trader.example")).rejects.toThrow("no user");
});

test("a token acts as its user", async () => {
  const said = await run("token second@trader.example --name bookkeeping");
  expect((await userOfApiToken(db, lastWord(said), new Date()))?.user.email).toBe("second@trader.example");
});
