import { eq } from "drizzle-orm";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Database } from "#db/client";
import { apiTokens, signIns, users } from "#db/schema/people";
import { auditLog, rateLimits } from "#db/schema/records";
import { freshDatabase } from "#e2e/rig/database";
import { makeId, type UserId } from "#lib/domain/ids";

const MINUTE = 60_000;
const PASSWORD = "correct horse battery";
const SECRET = "a secret for tests that nobody else uses";

let db: Database;
let close: () => Promise<void>;
const load = async () => ({
  ...(await import("./sign-in.ts")),
  ...(await import("./sign-ins.ts")),
  ...(await import("./passwords.ts")),
  ...(await import("./api-tokens.ts")),
  ...(await import("./me.ts")),
  ...(await import("#db/queries/sign-ins")),
});
let auth: Awaited<ReturnType<typeof load>>;

beforeAll(async () => {
  const database = await freshDatabase();
  const { openDatabase } = await import("#db/client");
  ({ db, close } = openDatabase(database.appUrl));
  vi.stubEnv("DATABASE_URL", database.appUrl);
  vi.stubEnv("LOG_LEVEL", "silent");
  vi.stubEnv("APP_URL", "http://localhost:3000");
  vi.stubEnv("AUTH_SECRET", SECRET);
  vi.stubEnv("CRON_SECRET", "a cron secret for tests, long enough");
  vi.stubEnv("ENCRYPTION_KEY", Buffer.alloc(32, 7).toString("base64"));
  auth = await load();
});
afterAll(async () => {
  await close();
  const { closeDatabase } = await import("#db/client");
  await closeDatabase();
});
beforeEach(async () => {
  await db.delete(rateLimits);
});

let made = 0;
async function person(change: Partial<typeof users.$inferInsert> = {}): Promise<{ id: UserId; email: string }> {
  const id = makeId("usr", Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  const email = `person${++made}@trader.example`;
  const passwordHash = await auth.hashPassword(PASSWORD);
  await db.insert(users).values({ id, email, name: "Olena", role: "sales", passwordHash, ...change });
  return { id, email };
}
const device = (address = "203.0.113.5") => ({ address, userAgent: "a browser" });
const tryWith = (email: string, password: string, address?: string) =>
  auth.signIn(db, { email, password, device: device(address), now: new Date() });

describe("signing in", () => {
  test("the right password makes a row, however the e-mail is written", async () => {
    const { id, email } = await person();
    const result = await tryWith(`  ${email.toUpperCase()} `, PASSWORD);
    if (!result.ok) throw new Error("refused");
    expect(await auth.userOfSignIn(db, result.value, new Date())).toMatchObject({ id, email, role: "sales" });
  });

  test("wrong, unknown and inactive hear the same, and unknown takes as long as wrong", async () => {
    const { email } = await person();
    const { email: gone } = await person({ active: false });
    /** The quickest of three: the machine may have had other things to do, but never less than the work itself. */
    const timed = async (who: string, password: string) => {
      let ms = Number.POSITIVE_INFINITY;
      for (let time = 1; ; time++) {
        const start = performance.now();
        const result = await tryWith(who, password);
        ms = Math.min(ms, performance.now() - start);
        if (time === 3) return { result, ms };
      }
    };
    const wrong = await timed(email, "not the password");
    const unknown = await timed("nobody@trader.example", "not the password");
    const inactive = await timed(gone, PASSWORD);
    for (const { result } of [wrong, unknown, inactive])
      expect(result).toEqual({ ok: false, error: { code: "wrong" } });
    expect(unknown.ms).toBeGreaterThan(wrong.ms / 3);
  });

  test("a NUL or a page of text in the e-mail is a wrong e-mail, not a fault", async () => {
    expect(await tryWith("a\0b@trader.example", PASSWORD)).toEqual({ ok: false, error: { code: "wrong" } });
    expect(await tryWith("x".repeat(100_000), "y".repeat(100_000))).toEqual({ ok: false, error: { code: "wrong" } });
  });

  test("ten failures lock that e-mail at that address for a quarter of an hour, the right password too", async () => {
    const { email } = await person();
    for (let tries = 0; tries < 10; tries++) expect((await tryWith(email, "wrong")).ok).toBe(false);
    const locked = await tryWith(email, PASSWORD);
    expect(locked).toMatchObject({ ok: false, error: { code: "too_many_tries" } });
    if (locked.ok || locked.error.code !== "too_many_tries") throw new Error("not locked");
    expect(locked.error.retryAfterSeconds).toBeGreaterThan(14 * 60);
    expect(locked.error.retryAfterSeconds).toBeLessThanOrEqual(15 * 60);
    expect((await tryWith(email, PASSWORD, "198.51.100.7")).ok).toBe(true);
  }, 60_000);

  test("tries at the same moment cannot slip past the count together", async () => {
    const { email } = await person();
    const answers = await Promise.all(Array.from({ length: 25 }, () => tryWith(email, "wrong")));
    const heard = answers.filter((answer) => !answer.ok && answer.error.code === "wrong");
    expect(heard).toHaveLength(10);
  }, 60_000);

  test("a success clears the failures before it", async () => {
    const { email } = await person();
    for (let round = 0; round < 3; round++) {
      for (let tries = 0; tries < 6; tries++) await tryWith(email, "wrong");
      expect((await tryWith(email, PASSWORD)).ok).toBe(true);
    }
  }, 60_000);

  test("a hundred failures end an address's day, whoever it asks for; an IPv6 network is one address", async () => {
    const { admitTry } = await import("./limits.ts");
    for (let n = 0; n < 100; n++)
      expect(
        await admitTry(db, { email: `spray${n}@trader.example`, address: `2001:db8:1:2::${n.toString(16)}` }),
      ).toBeNull();
    const wait = await admitTry(db, { email: "one-more@trader.example", address: "2001:db8:1:2:ffff::1" });
    expect(wait).toBeGreaterThan(23 * 60 * 60);
    expect(await admitTry(db, { email: "one-more@trader.example", address: "2001:db8:1:3::1" })).toBeNull();
  }, 60_000);
});

describe("a sign-in", () => {
  const start = new Date("2026-11-20T08:00:00Z");
  const later = (ms: number) => new Date(start.getTime() + ms);
  const begin = async (change: Partial<typeof users.$inferInsert> = {}) => {
    const { id } = await person(change);
    return { userId: id, id: await auth.startSignIn(db, id, device(), start) };
  };

  test("that is to be kept survives hours away from it, and no half day", async () => {
    const { id: userId } = await person();
    const kept = await auth.startSignIn(db, userId, device(), start, true);
    expect(await auth.userOfSignIn(db, kept, later(11 * 60 * MINUTE))).not.toBeNull();
    expect(await auth.userOfSignIn(db, kept, later(12 * 60 * MINUTE + 1))).toBeNull();
  });

  test("ends after half an hour without use, and use keeps it alive", async () => {
    const idle = await begin();
    expect(await auth.userOfSignIn(db, idle.id, later(31 * MINUTE))).toBeNull();
    const used = await begin();
    for (const minutes of [20, 40, 60])
      expect(await auth.userOfSignIn(db, used.id, later(minutes * MINUTE))).not.toBeNull();
    expect(await auth.userOfSignIn(db, used.id, later(91 * MINUTE))).toBeNull();
  });

  test("ends after twelve hours, however busy", async () => {
    const { id } = await begin();
    for (let minutes = 25; minutes <= 12 * 60; minutes += 25)
      expect(await auth.userOfSignIn(db, id, later(minutes * MINUTE))).not.toBeNull();
    expect(await auth.userOfSignIn(db, id, later((12 * 60 + 1) * MINUTE))).toBeNull();
  });

  test("notes being seen once a minute at most", async () => {
    const { id } = await begin();
    await auth.userOfSignIn(db, id, later(30_000));
    const seen = async () => (await db.select().from(signIns).where(eq(signIns.id, id)))[0]?.lastSeenAt;
    expect(await seen()).toEqual(start);
    await auth.userOfSignIn(db, id, later(61_000));
    expect(await seen()).toEqual(later(61_000));
  });

  test("is not kept alive by a page that looks for news by itself", async () => {
    const { id } = await begin();
    for (let minutes = 5; minutes <= 30; minutes += 5)
      expect(await auth.userOfSignIn(db, id, later(minutes * MINUTE), true)).not.toBeNull();
    expect((await db.select().from(signIns).where(eq(signIns.id, id)))[0]?.lastSeenAt).toEqual(start);
    expect(await auth.userOfSignIn(db, id, later(31 * MINUTE), true)).toBeNull();
  });

  test("is dead at the next request once the user is switched off, or the role is another", async () => {
    const { id, userId } = await begin();
    await db.update(users).set({ role: "finance" }).where(eq(users.id, userId));
    expect((await auth.userOfSignIn(db, id, later(1)))?.role).toBe("finance");
    await db.update(users).set({ active: false }).where(eq(users.id, userId));
    expect(await auth.userOfSignIn(db, id, later(2))).toBeNull();
  });

  test("ends for every copy of its cookie when it is signed out; other devices stay", async () => {
    const { id, userId } = await begin();
    const other = await auth.startSignIn(db, userId, device(), start);
    const cookie = await encode({ token: { sid: id }, secret: SECRET, maxAge: 600 });
    expect(await auth.signInOfCookie(cookie)).toBe(id);
    await auth.endSignInOfCookie(db, cookie, later(1));
    expect(await auth.userOfSignIn(db, id, later(2))).toBeNull();
    expect(await auth.userOfSignIn(db, other, later(2))).not.toBeNull();
    expect(await auth.endSignInsOf(db, userId, later(3))).toBe(1);
    expect(await auth.userOfSignIn(db, other, later(4))).toBeNull();
  });

  test("a cookie of strangers names nobody", async () => {
    const { id } = await begin();
    const foreign = await encode({ token: { sid: id }, secret: "another secret, of another place", maxAge: 600 });
    const expired = await encode({ token: { sid: id }, secret: SECRET, maxAge: -60 });
    const salted = await encode({ token: { sid: id }, secret: SECRET, maxAge: 600, salt: "csrf" });
    const other = await encode({ token: { sid: "sin_x" }, secret: SECRET, maxAge: 600 });
    for (const cookie of [undefined, "", "x", id, foreign, expired, salted, other, "a".repeat(5000)])
      expect(await auth.signInOfCookie(cookie)).toBeNull();
  });
});

describe("API tokens", () => {
  test("act as their user until the user is switched off or the token revoked; only a digest is kept", async () => {
    const { id, email } = await person({ role: "finance" });
    const token = await auth.createApiToken(db, id, "bookkeeping");
    expect((await auth.userOfApiToken(db, token, new Date()))?.user).toMatchObject({
      id,
      email,
      role: "finance",
      signInId: null,
    });
    const [row] = await db.select().from(apiTokens).where(eq(apiTokens.userId, id));
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row?.lastUsedAt).not.toBeNull();

    await db.update(users).set({ active: false }).where(eq(users.id, id));
    expect(await auth.userOfApiToken(db, token, new Date())).toBeNull();
    await db.update(users).set({ active: true }).where(eq(users.id, id));
    await db.update(apiTokens).set({ revokedAt: new Date() }).where(eq(apiTokens.userId, id));
    expect(await auth.userOfApiToken(db, token, new Date())).toBeNull();
  });

  test("no header, another scheme and rubbish are told apart", () => {
    const of = (authorization?: string) =>
      auth.bearerToken(new Headers(authorization === undefined ? {} : { authorization }));
    expect(of()).toBeNull();
    expect(of("Basic abc")).toBeNull();
    expect(of("Bearer")).toBe("");
    expect(of("Bearer a b")).toBe("");
    expect(of("bearer hp_x")).toBe("hp_x");
  });
});

describe("one's own password", () => {
  const world = () => ({
    db,
    now: () => new Date(),
    findProvider: () => {
      throw new Error("not asked");
    },
  });
  const actor = { kind: "user", id: "usr_x", name: "Olena", role: "sales", requestId: null } as const;
  const change = async (email: string, current: string, next: string, byToken = false) => {
    const signedIn = await tryWith(email, PASSWORD);
    if (!signedIn.ok) throw new Error("refused");
    const user = await auth.userOfSignIn(db, signedIn.value, new Date());
    if (!user) throw new Error("nobody");
    const who = byToken ? { ...user, signInId: null } : user;
    return { user, result: await auth.changeMe(world(), actor, who, { password: { current, next } }, "203.0.113.5") };
  };

  test("changes with the present one, ends every sign-in and is written down without the password", async () => {
    const { email, id } = await person();
    const { user, result } = await change(email, PASSWORD, "another long password");
    expect(result.ok).toBe(true);
    expect(user.signInId && (await auth.userOfSignIn(db, user.signInId, new Date()))).toBeNull();
    expect((await tryWith(email, PASSWORD)).ok).toBe(false);
    expect((await tryWith(email, "another long password")).ok).toBe(true);
    const written = await db.select().from(auditLog).where(eq(auditLog.entityId, id));
    expect(written.map(({ action }) => action)).toEqual(["user.password_changed"]);
    expect(JSON.stringify(written, (_key, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
      "another",
    );
  });

  test("does not change with a wrong one, with itself, or by a token", async () => {
    const { email } = await person();
    const refusal = async (...args: Parameters<typeof change>) => (await change(...args)).result;
    expect(await refusal(email, "wrong", "another long password")).toMatchObject({
      error: { errors: [{ code: "wrong_password" }] },
    });
    expect(await refusal(email, PASSWORD, PASSWORD)).toMatchObject({ error: { errors: [{ code: "same_password" }] } });
    expect(await refusal(email, PASSWORD, "another long password", true)).toMatchObject({
      error: { errors: [{ code: "not_with_token" }] },
    });
    expect((await tryWith(email, PASSWORD)).ok).toBe(true);
  });
});
