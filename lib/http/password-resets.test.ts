import { eq, isNull } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Database } from "#db/client";
import { passwordResets, users } from "#db/schema/people";
import { auditLog, rateLimits } from "#db/schema/records";
import { MailServer } from "#e2e/emulators/mail-server";
import { freshDatabase } from "#e2e/rig/database";
import { makeId, type UserId } from "#lib/domain/ids";

const APP = "http://localhost:3000";
const MINUTE = 60_000;
const OLD = "correct horse battery";
const NEW = "staple with four words";

const server = new MailServer();
let db: Database;
let close: () => Promise<void>;
const load = async () => ({
  ...(await import("./password-resets.ts")),
  ...(await import("#lib/auth/password-resets")),
  ...(await import("#lib/auth/passwords")),
  ...(await import("#lib/auth/sign-in")),
  ...(await import("#lib/auth/sign-ins")),
  ...(await import("#lib/crypto")),
  ...(await import("#lib/workflows/answer-password-resets")),
  ...(await import("#lib/workflows/send-message")),
});
let on: Awaited<ReturnType<typeof load>>;

beforeAll(async () => {
  const database = await freshDatabase();
  const { openDatabase } = await import("#db/client");
  ({ db, close } = openDatabase(database.appUrl));
  vi.stubEnv("DATABASE_URL", database.appUrl);
  vi.stubEnv("APP_URL", APP);
  vi.stubEnv("AUTH_SECRET", "a secret for tests that nobody else uses");
  vi.stubEnv("CRON_SECRET", "a cron secret for tests, long enough");
  vi.stubEnv("ENCRYPTION_KEY", Buffer.alloc(32, 7).toString("base64"));
  vi.stubEnv("SMTP_URL", await server.start());
  vi.stubEnv("MAIL_FROM", "mail@holdpoint.example");
  on = await load();
});
afterAll(async () => {
  await close();
  await server.stop();
  const { closeDatabase } = await import("#db/client");
  await closeDatabase();
});
beforeEach(async () => {
  await db.delete(rateLimits);
  server.mails.length = 0;
});

const world = (now = new Date()) => ({
  db,
  now: () => now,
  findProvider: () => {
    throw new Error("not asked");
  },
});
let made = 0;
async function person(change: Partial<typeof users.$inferInsert> = {}): Promise<{ id: UserId; email: string }> {
  const id = makeId("usr", Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  const email = `forgetful${++made}@trader.example`;
  const passwordHash = await on.hashPassword(OLD);
  await db.insert(users).values({ id, email, name: "Olena", role: "sales", passwordHash, language: "en", ...change });
  return { id, email };
}
const posted = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  new Request(`${APP}${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: APP, ...headers },
    body: new URLSearchParams(fields),
  });
const leadsTo = (answer: Response) => [answer.status, answer.headers.get("location")?.replace(APP, "")];
const ask = async (email: string, headers?: Record<string, string>) =>
  on.answerForgotPassword(posted("/api/auth/forgot", { email }, headers));
const set = async (token: string, password: string) =>
  leadsTo(await on.answerNewPassword(posted("/api/auth/new-password", { token, password })));
const signsIn = async (email: string, password: string) =>
  (await on.signIn(db, { email, password, device: { address: "203.0.113.5", userAgent: null }, now: new Date() })).ok;

const PATIENTLY = { timeout: 20_000, interval: 50 };
/** The answer to a wish goes on after the wish was heard. */
async function allAnswered(): Promise<void> {
  await vi.waitFor(async () => {
    await on.answerPasswordResets(world());
    const waiting = await db.select().from(passwordResets).where(isNull(passwordResets.answeredAt));
    expect(waiting).toEqual([]);
  }, PATIENTLY);
}

/** What the mails of this moment say, and the secret in the newest link. */
async function mailed(email: string): Promise<{ subjects: string[]; token: string }> {
  await allAnswered();
  await on.sendDueMessages(world());
  const mails = server.to(email).map(({ mail }) => mail);
  const token = /\/sign-in\/new-password\/(\S+)/.exec(mails.at(-1)?.text ?? "")?.[1] ?? "";
  return { subjects: mails.map(({ subject }) => subject ?? ""), token };
}

test("a forgotten password is set anew by a mailed link, once; every sign-in is over and its owner is told", async () => {
  const { id, email } = await person();
  const before = await on.startSignIn(db, id, { address: "203.0.113.5", userAgent: null }, new Date());
  expect(leadsTo(await ask(`  ${email.toUpperCase()} `))).toEqual([303, "/sign-in/forgot?sent=1"]);
  const { subjects, token } = await mailed(email);
  expect(subjects).toEqual([expect.stringMatching(/^A new password for Holdpoint$/)]);
  expect(server.to(email)[0]?.mail.html).toContain(`href="${APP}/sign-in/new-password/${token}"`);
  expect(server.to(email)[0]?.mail.html).toContain("Set a new password");

  expect(await on.userOfResetLink(db, token, new Date())).toMatchObject({ id, email });
  expect(await set(token, "too short")).toEqual([303, `/sign-in/new-password/${token}?problem=too_short`]);
  expect(await set(token, "x".repeat(257))).toEqual([303, `/sign-in/new-password/${token}?problem=too_long`]);
  expect(await signsIn(email, OLD)).toBe(true);
  expect(await set(token, NEW)).toEqual([303, "/sign-in?changed=1"]);
  expect(await set(token, `${NEW} again`)).toEqual([303, `/sign-in/new-password/${token}`]);
  expect([await signsIn(email, OLD), await signsIn(email, NEW)]).toEqual([false, true]);
  expect(await on.userOfSignIn(db, before, new Date())).toBeNull();
  expect((await mailed(email)).subjects.at(-1)).toMatch(/^Your password for Holdpoint was changed$/);
  const written = await db.select().from(auditLog).where(eq(auditLog.entityId, id));
  expect(written.map(({ action }) => action)).toEqual(["user.password_link_mailed", "user.password_changed"]);
  expect(written[1]?.body).toContain("mailed_link");
});

test("what is stored opens nothing: the link's secret stands in no table", async () => {
  const { email } = await person();
  await ask(email);
  const { token } = await mailed(email);
  const proof = token.split("-")[1] ?? "";
  expect(proof).toMatch(/^[0-9a-f]{40}$/);
  const { rows } = await db
    .execute<{ rows: string }>(`
    select string_agg(t::text, '') as rows from (
      select to_jsonb(m)::text as t from messages m union all select to_jsonb(r)::text from password_resets r
      union all select to_jsonb(a)::text from audit_log a) t`)
    .then(([row]) => row as { rows: string });
  expect(rows).toContain(token.split("-")[0]);
  expect(rows).not.toContain(proof);
});

test("presses at the same moment with one link: one sets the password", async () => {
  const { email } = await person();
  await ask(email);
  const { token } = await mailed(email);
  const answers = await Promise.all(
    ["first of the words", "second of the words", "third of the words"].map((word) => set(token, word)),
  );
  expect(answers.filter(([, to]) => to === "/sign-in?changed=1")).toHaveLength(1);
});

test("after half an hour, after the next link was used, or for somebody switched off, a link is good for nothing", async () => {
  const { id, email } = await person();
  await ask(email);
  const { token: first } = await mailed(email);
  const late = new Date(Date.now() + 30 * MINUTE + 1_000);
  expect(await on.userOfResetLink(db, first, late)).toBeNull();
  expect(await on.setForgottenPassword(db, { token: first, password: NEW, address: "203.0.113.5", now: late })).toBe(
    false,
  );
  await ask(email);
  const { token: second } = await mailed(email);
  expect(second).not.toBe(first);
  await db.update(users).set({ active: false }).where(eq(users.id, id));
  expect(await set(second, NEW)).toEqual([303, `/sign-in/new-password/${second}`]);
  await db.update(users).set({ active: true }).where(eq(users.id, id));
  expect(await set(second, NEW)).toEqual([303, "/sign-in?changed=1"]);
  expect(await set(first, OLD)).toEqual([303, `/sign-in/new-password/${first}`]);
});

test("links that are not of our making open nothing", async () => {
  const { email } = await person();
  await ask(email);
  const { token } = await mailed(email);
  const id = token.split("-")[0] ?? "";
  for (const forged of [
    "",
    "x",
    id,
    `${id}-`,
    `${id}-${"0".repeat(40)}`,
    `${token}0`,
    token.slice(0, -1),
    on.signedId("return path", id),
  ])
    expect(await on.userOfResetLink(db, forged, new Date()), forged).toBeNull();
  expect(await set("../../evil", NEW)).toEqual([303, "/sign-in/new-password/..%2F..%2Fevil"]);
  expect(await signsIn(email, OLD)).toBe(true);
});

describe("whoever asks learns nothing", () => {
  test("unknown, inactive and known e-mails are answered alike, and written down alike", async () => {
    const { email } = await person();
    const { email: gone } = await person({ active: false });
    const shapes = [];
    for (const asked of [
      email,
      gone,
      "nobody@trader.example",
      "",
      "\0",
      "a@b.example\r\nBcc: c@d.example",
      "x".repeat(5_000),
    ]) {
      const answer = await ask(asked);
      shapes.push([...leadsTo(answer), await answer.text(), [...answer.headers.keys()].sort().join()]);
    }
    expect(new Set(shapes.map(String)).size).toBe(1);
    await allAnswered();
    await on.sendDueMessages(world());
    expect(server.mails.flatMap(({ to }) => to)).toEqual([email]);
  });

  test("a mailbox gets three links an hour, whoever asks; the fourth wish is answered like the others", async () => {
    const { email } = await person();
    for (let n = 0; n < 5; n++) expect(leadsTo(await ask(email))).toEqual([303, "/sign-in/forgot?sent=1"]);
    expect((await mailed(email)).subjects).toHaveLength(3);
  });

  test("twenty wishes end an address's hour, also when they come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(`spray${n}@trader.example`)));
    const told = answers.map((answer) => answer.headers.get("location") ?? "");
    expect(told.filter((to) => to.endsWith("?sent=1"))).toHaveLength(20);
    expect(told.filter((to) => /\?wait=\d+$/.test(to))).toHaveLength(10);
  });

  test("the link names our own address, whatever host was asked", async () => {
    const { email } = await person();
    await ask(email, { host: "evil.example", "x-forwarded-host": "evil.example" });
    await mailed(email);
    expect(server.to(email)[0]?.raw).not.toContain("evil.example");
  });

  test("a form of another site, or no form, is not read", async () => {
    expect((await ask("a@trader.example", { origin: "https://evil.example" })).status).toBe(403);
    expect((await ask("a@trader.example", { "content-type": "application/json" })).status).toBe(415);
    expect((await ask("x".repeat(9_000))).status).toBe(413);
  });
});

test("a link that would be over when it is read is not sent", async () => {
  const { email } = await person();
  await ask(email);
  await allAnswered();
  await on.sendDueMessages(world(new Date(Date.now() + 31 * MINUTE)));
  await on.sendDueMessages(world());
  await on.askForPassword(db, { email, address: "203.0.113.5", now: new Date(Date.now() - 31 * MINUTE) });
  await allAnswered();
  await on.sendDueMessages(world());
  expect(server.to(email)).toEqual([]);
});

test("whoever locked themselves out by guessing is let in with the new password", async () => {
  const { email } = await person();
  for (let tries = 0; tries < 11; tries++) await signsIn(email, "wrong");
  await ask(email);
  const { token } = await mailed(email);
  const answer = await on.setForgottenPassword(db, { token, password: NEW, address: "203.0.113.5", now: new Date() });
  expect([answer, await signsIn(email, NEW)]).toEqual([true, true]);
}, 60_000);
