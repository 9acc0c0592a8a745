import { afterAll, beforeAll, expect, test } from "vitest";
import { company, users } from "#db/schema/people";
import { MailServer } from "#e2e/emulators/mail-server";
import { freshWorld, someone, type TestWorld } from "#e2e/rig/world";
import type { UserId } from "#lib/domain/ids";
import { PLACEHOLDERS, TEMPLATE_KINDS, unknownPlaceholders } from "#lib/domain/message";
import { builtInTemplate } from "#lib/mail/words";
import { readMessageSettings } from "#lib/reads/messages";
import { previewOf, saveWording, updateMessageSettings } from "./message-settings.ts";
import { sendTestMail } from "./send-test-mail.ts";
import type { Actor } from "./world.ts";

const server = new MailServer();
const admin = { email: "admin@holdpoint.test", name: "Marta Bondar" };
let world: TestWorld;
let marta: Actor;
beforeAll(async () => {
  world = await freshWorld({ SMTP_URL: await server.start(), MAIL_FROM: "mail@holdpoint.example" });
  const id = `usr_${"0".repeat(26)}` as UserId;
  await world.db.insert(company).values({ name: "ТОВ «Дніпро Інструмент»", email: "office@dnipro.example" });
  await world.db.insert(users).values({ id, ...admin, role: "admin", passwordHash: "-" });
  marta = { kind: "user", id, name: admin.name, role: "admin", requestId: null };
});
afterAll(async () => {
  await world.close();
  await server.stop();
});

const words = { subject: "{company}: рахунок {order}", body: "Пане {customer}!\n\n{link}" };
const named = { kind: "payment_request", language: "uk" } as const;

test("every built-in wording knows its placeholders, in both languages", () => {
  for (const kind of TEMPLATE_KINDS)
    for (const language of ["en", "uk"] as const) {
      const { subject, body } = builtInTemplate(kind, language);
      expect(unknownPlaceholders(subject + body), `${kind} ${language}`).toEqual([]);
      expect(body, `${kind} ${language}`).toContain("{link}");
    }
});

test("a wording of the company's own is used, says whose it is, and can be given up again", async () => {
  expect((await saveWording(world, marta, named, words)).ok).toBe(true);
  const of = async () =>
    (await readMessageSettings(admin)).templates.find(
      (one) => one.kind === named.kind && one.language === named.language,
    );
  expect(await of()).toMatchObject({ ...words, changed: { byName: "Marta Bondar" } });
  expect((await saveWording(world, marta, named, null)).ok).toBe(true);
  expect(await of()).toMatchObject({ ...builtInTemplate("payment_request", "uk"), changed: null });
});

test("a placeholder that means nothing is refused by its name, and nothing is saved", async () => {
  const refused = await saveWording(world, marta, named, { ...words, body: "Pay {amuont} at {link}, {Order}" });
  expect(refused).toMatchObject({
    error: { kind: "invalid", errors: [{ field: "body", code: "unknown_placeholder", params: { name: "{amuont}" } }] },
  });
  expect((await previewOf(world, named, { subject: "{nobody}", body: "x" })).ok).toBe(false);
  expect((await readMessageSettings(admin)).templates.every(({ changed }) => changed === null)).toBe(true);
});

test("a preview fills every placeholder with sample data, escapes the company's own text, and leaves empty lines out", async () => {
  const all = PLACEHOLDERS.filter((name) => name !== "link").map((name) => `${name}: {${name}}`);
  const preview = await previewOf(
    world,
    { ...named, language: "en" },
    { subject: "<b>{order}</b>", body: `${all.join("\n")}\n\nSee {document} now.\n\n{link}` },
  );
  if (!preview.ok) throw new Error(JSON.stringify(preview.error));
  expect(preview.value.text).not.toMatch(/\{\w+\}/);
  expect(preview.value.text).toContain("amount: ₴11\u00a0050.00");
  expect(preview.value.html).toContain("ТОВ «Дніпро Інструмент»");
  expect(preview.value.html).toContain("&lt;b&gt;SO-001042&lt;/b&gt;");
  expect(preview.value.html).not.toContain("<b>SO");
  // An address in a sentence is shown whole, and the paper's is not cut short to the page's.
  const [, paper, shown] = /See <a class="l" href="([^"]*)"[^>]*>([^<]*)</.exec(preview.value.html) ?? [];
  expect([paper, shown]).toEqual(Array(2).fill(expect.stringMatching(/\/pay\/sample\/pro-forma\.pdf$/)));
});

test("a test goes to whoever asks, and the server's own answer comes back", async () => {
  const sent = await sendTestMail(world, admin, named, words);
  expect(sent).toMatchObject({ value: { to: admin.email, sent: true, fault: null } });
  expect(server.mails.at(-1)?.mail.subject).toBe("ТОВ «Дніпро Інструмент»: рахунок SO-001042");
  server.misbehave({ at: "recipient", code: 550, text: "5.7.1 Relaying denied", times: 1 });
  expect(await sendTestMail(world, admin, named, words)).toMatchObject({
    value: { sent: false, fault: "refused", said: expect.stringContaining("5.7.1 Relaying denied") },
  });
});

test("what is sent by itself can be switched off kind by kind; two people at once do not overwrite each other", async () => {
  const { version } = await readMessageSettings(admin);
  expect((await updateMessageSettings(world, marta, { version, automatic: { payment_request: false } })).ok).toBe(true);
  expect(await updateMessageSettings(world, someone("admin"), { version, automatic: { refund: false } })).toMatchObject(
    {
      error: { kind: "version_conflict" },
    },
  );
  const after = await readMessageSettings(admin);
  expect(after.automatic).toMatchObject({ payment_request: false, refund: true });
  expect((await updateMessageSettings(world, marta, { version: after.version, automatic: { refund: false } })).ok).toBe(
    true,
  );
  expect((await readMessageSettings(admin)).automatic).toMatchObject({ payment_request: false, refund: false });
});
