import { type BrowserContext, expect, request } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";
import { app, PASSWORD, signedIn, sql, test } from "#e2e/stories/staff";

/** What a thief with a copy of the cookies can do: the status of a page's data, and where the page itself leads. */
async function asThief(cookies: Awaited<ReturnType<BrowserContext["storageState"]>>) {
  const thief = await request.newContext({ baseURL: app(1), storageState: cookies });
  const me = (await thief.get("/api/v1/me")).status();
  const page = await thief.get("/orders", { maxRedirects: 0 });
  await thief.dispose();
  return {
    me,
    page: page.status(),
    to: page
      .headers()
      .location?.replace(/^https?:\/\/[^/]+/, "")
      .split("?")[0],
  };
}

test("signing in leads to the page that was asked for; a wrong password says so and no more", async ({ windowOf }) => {
  const page = await windowOf(null);
  await page.goto("/orders?view=holds");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel("E-mail").fill("sales@holdpoint.test");
  await page.getByLabel("Password").fill("not-this-one");
  await page.getByRole("button", { name: "Sign in" }).click();
  const wrong = page.getByText("This e-mail and password don’t match. Check both and try again.");
  await expect(wrong).toBeVisible();
  await page.getByLabel("E-mail").fill("nobody@holdpoint.test");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(wrong).toBeVisible();
  await page.getByLabel("E-mail").fill("sales@holdpoint.test");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/orders\?view=holds$/);
});

test("a sign-in goes with the browser, unless the person asks to be kept", async ({ windowOf }) => {
  const page = await windowOf(null);
  const context = page.context();
  const enter = async (keep: boolean) => {
    await context.clearCookies();
    await page.goto("/sign-in");
    await page.getByLabel("E-mail").fill("sales@holdpoint.test");
    await page.getByLabel("Password").fill(PASSWORD);
    if (keep) await page.getByLabel("Keep me signed in on this computer").check();
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(`${app()}/orders`);
    return (await context.cookies()).find(({ name }) => name === "holdpoint.session")?.expires;
  };
  expect(await enter(false)).toBe(-1);
  const inHalfADay = () => Date.now() / 1000 + 12 * 60 * 60;
  const earliest = inHalfADay();
  const ends = await enter(true);
  // The cookie's end is told in whole seconds.
  expect(ends).toBeGreaterThan(earliest - 2);
  expect(ends).toBeLessThan(inHalfADay() + 2);
  const rows = await sql()`select kept from sign_ins s join users u on u.id = s.user_id
    where u.email = 'sales@holdpoint.test' order by s.created_at desc, s.id desc limit 2`;
  expect(rows.map(({ kept }) => kept)).toEqual([true, false]);
});

test("a forgotten password is set anew by mail, without script too, and the sign-in page says so", async ({
  windowOf,
}) => {
  const page = await windowOf(null, { javaScriptEnabled: false });
  // Whoever sets a new password is signed out everywhere; somebody whom no other story knows.
  const id = `usr_${crypto.randomUUID().slice(0, 8)}`;
  const email = `${id}@holdpoint.test`;
  await sql()`insert into users (id, email, name, role, password_hash)
    select ${id}, ${email}, 'Oksana Forgetful', role, password_hash from users where email = 'sales2@holdpoint.test'`;
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot it?" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("If somebody signs in here with this e-mail, a link is on its way to it.")).toBeVisible();
  const link = async () => {
    const mails = (await (await fetch(`${runningStack().inboxUrl}/mails.json`)).json()) as {
      to: string[];
      text: string;
    }[];
    return mails
      .filter(({ to }) => to.includes(email))
      .map(({ text }) => /http\S+new-password\S+/.exec(text)?.[0])
      .find(Boolean);
  };
  await expect.poll(link, { timeout: 60_000 }).toBeTruthy();
  const address = (await link()) as string;
  // Programs that look into mail open links: nothing is used up by that.
  for (let n = 0; n < 3; n++) expect((await page.request.get(address)).status()).toBe(200);
  await page.goto(address);
  await expect(page.getByLabel("E-mail")).toHaveValue(email);
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("Your new password is set. Sign in with it.")).toBeVisible();
  await page.goto(address);
  await expect(page.getByText("This link was used already, or its 30 minutes are over.")).toBeVisible();
});

test("an address of somebody else's is not gone to after signing in", async ({ windowOf }) => {
  const page = await windowOf(null);
  for (const next of ["//evil.example", "https://evil.example/", "/\\evil.example"]) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel("E-mail").fill("sales@holdpoint.test");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(`${app()}/orders`);
  }
});

test("signing out ends a copied cookie too, at every instance", async ({ windowOf }) => {
  // A sign-in of its own: the one that other stories share goes on.
  const page = await windowOf(null, { storageState: await (await signedIn("sales")).storageState() });
  await page.goto("/orders");
  const copy = await page.context().storageState();
  expect(await asThief(copy)).toMatchObject({ me: 200, page: 200 });
  await page.getByRole("button", { name: "Ihor Melnyk · Sales" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await asThief(copy)).toMatchObject({ me: 401, to: "/sign-in" });
  // The browser's own way back shows nothing either.
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a disabled user is out with the next request, wherever the cookie is", async () => {
  const cookies = await (await signedIn("sales2")).storageState();
  expect(await asThief(cookies)).toMatchObject({ me: 200, page: 200 });
  await sql()`update users set active = false where email = 'sales2@holdpoint.test'`;
  try {
    expect(await asThief(cookies)).toMatchObject({ me: 401, to: "/sign-in" });
    const again = await request.newContext({ baseURL: app() });
    const { csrfToken } = await (await again.get("/api/auth/csrf")).json();
    const form = { csrfToken, email: "sales2@holdpoint.test", password: PASSWORD, json: "true" };
    expect((await again.post("/api/auth/callback/credentials", { form })).status()).toBe(401);
    await again.dispose();
  } finally {
    await sql()`update users set active = true where email = 'sales2@holdpoint.test'`;
  }
});

test("an ended sign-in is out with the next request; the same person's other one stays", async () => {
  const [stolen, own] = [
    await (await signedIn("finance")).storageState(),
    await (await signedIn("finance")).storageState(),
  ];
  await sql()`update sign_ins set ended_at = now() where id = (
    select s.id from sign_ins s join users u on u.id = s.user_id where u.email = 'finance@holdpoint.test'
    order by s.created_at desc, s.id desc offset 1 limit 1)`;
  expect(await asThief(stolen)).toMatchObject({ me: 401 });
  expect(await asThief(own)).toMatchObject({ me: 200 });
});
