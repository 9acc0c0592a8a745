import { spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "#db/client";
import { MailServer } from "#e2e/emulators/mail-server";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Row, type Shop } from "#e2e/stories/shop";
import type { OrderId } from "#lib/domain/ids";
import { cancelPayment } from "./cancel-payment.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseHold } from "./release-hold.ts";
import { resendMessage } from "./resend-message.ts";
import { sendDueMessages } from "./send-message.ts";

const TO = "o.hnatiuk@romashka.example";
const server = new MailServer();
let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  process.env.SMTP_URL = await server.start();
  process.env.MAIL_FROM = "Holdpoint <mail@holdpoint.example>";
  at = await startWorkflowWorld();
  shop = openShop(at);
  await at.monobank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
});
afterAll(async () => {
  await at?.stop();
  await server.stop();
});
beforeEach(async () => {
  await at.owner`update messages set state = 'dropped' where state in ('queued', 'sending')`;
  server.mails.length = 0;
});
afterEach(() => server.behave());

const send = () => sendDueMessages(at.world);
const now = () => at.owner`update messages set next_attempt_at = now(), locked_until = null where state = 'queued'`;
const messagesOf = (id: OrderId): Promise<Row[]> =>
  at.owner`select * from messages where order_id = ${id} order by created_at, id`;
const storyOf = async (id: OrderId) => (await shop.timeline(id)).filter((kind) => kind.startsWith("message."));

test("a release asks the customer to pay, in their language, once; the payment is thanked for, once", async () => {
  const { orderId, paymentId } = await shop.released(at.services.debit);
  expect(await messagesOf(orderId)).toMatchObject([{ kind: "payment_request", state: "queued", recipient: TO }]);
  await send();
  await send();
  const order = await shop.order(orderId);
  expect(server.mails).toHaveLength(1);
  const { mail, from, to, raw } = server.mails[0] as (typeof server.mails)[0];
  expect(from).toBe("mail@holdpoint.example");
  expect(to).toEqual([TO]);
  expect(mail.subject).toBe(`ТОВ «Дніпро Інструмент»: оплата замовлення ${order.number}, 449,85\u00a0₴`);
  expect(mail.text).toContain(`${process.env.APP_URL}/pay/${order.pay_token}`);
  expect(mail.text).toContain("449,85\u00a0₴");
  expect(mail.html).toContain(`href="${process.env.APP_URL}/pay/${order.pay_token}"`);
  expect(mail.html).toContain("Сплатити 449,85\u00a0₴");
  const page = `${process.env.APP_URL}/pay/${order.pay_token}`;
  expect(mail.text).toContain(`Рахунок на оплату (PDF): ${page}/pro-forma.pdf`);
  expect(mail.html).toMatch(new RegExp(`href="${page}/pro-forma.pdf"[^>]*>Рахунок на оплату \\(PDF\\)</a>`));
  expect(mail.to).toEqual([{ address: TO, name: "ТОВ «Ромашка Буд»" }]);
  expect(raw).toContain("Auto-Submitted: auto-generated");
  expect(await messagesOf(orderId)).toMatchObject([{ state: "sent", attempts: 1, error: null }]);
  expect(await storyOf(orderId)).toEqual(["message.sent"]);

  await shop.pay(paymentId);
  await eventually(
    () => shop.payment(paymentId),
    ({ state }) => state === "successful",
    "paid",
  );
  await shop.sync(paymentId);
  await at.monobank.resend({ reference: paymentId }).catch(() => {});
  await send();
  const receipts = (await messagesOf(orderId)).filter(({ kind }) => kind === "paid_receipt");
  expect(receipts).toMatchObject([{ state: "sent" }]);
  expect(server.mails.map(({ mail: { subject } }) => subject).at(-1)).toBe(
    `Ми отримали 449,85\u00a0₴ за замовлення ${order.number}`,
  );
  expect(server.mails.at(-1)?.mail.html).toMatch(
    new RegExp(`href="${page}/receipt/1.pdf"[^>]*>Квитанція \\(PDF\\)</a>`),
  );
});

test("money that goes back in two equal parts is told twice; a hold that is released was never taken", async () => {
  const subjects = () => server.mails.map(({ mail: { subject } }) => subject);
  const { orderId, paymentId } = await shop.paid(at.services.debit);
  await send();
  server.mails.length = 0;
  for (const back of ["10000", "20000"]) {
    expect(codeOf(await refundPayment(at.world, at.finance, paymentId, { amountMinor: 10_000n, reason: "" }))).toBe(
      "ok",
    );
    await eventually(
      () => shop.payment(paymentId),
      ({ refunded_minor }) => refunded_minor === back,
      "it has gone back",
    );
  }
  await send();
  expect(subjects()).toEqual(["Повертаємо вам 100,00\u00a0₴", "Повертаємо вам 100,00\u00a0₴"]);
  expect((await messagesOf(orderId)).filter(({ kind }) => kind === "refund")).toHaveLength(2);

  const held = await shop.paid(at.services.hold);
  await send();
  server.mails.length = 0;
  expect(codeOf(await releaseHold(at.world, at.finance, held.paymentId))).toBe("ok");
  await eventually(
    () => shop.payment(held.paymentId),
    ({ hold_released }) => hold_released === true,
    "it is free again",
  );
  await send();
  expect(subjects()).toEqual(["449,85\u00a0₴ більше не зарезервовано"]);
});

test("a link that is dead when its turn comes is sent to nobody", async () => {
  const { orderId, paymentId } = await shop.released(at.services.debit);
  expect((await cancelPayment(at.world, at.sales, paymentId, { reason: null })).ok).toBe(true);
  await send();
  expect(server.mails).toEqual([]);
  expect(await messagesOf(orderId)).toMatchObject([{ state: "dropped", error: "link_dead" }]);
});

test("a company that does not want them sends none", async () => {
  await at.owner`insert into message_settings (automatic) values ('{"payment_request": false}')`;
  const { orderId } = await shop.released(at.services.debit);
  expect(await messagesOf(orderId)).toEqual([]);
  await at.owner`delete from message_settings`;
});

describe("a mail server with a mind of its own", () => {
  test("asks to come back later: the same message goes out at the next turn", async () => {
    const { orderId } = await shop.released(at.services.debit);
    server.misbehave({ at: "recipient", code: 450, text: "4.2.0 Greylisted", times: 1 });
    await send();
    const [waiting] = await messagesOf(orderId);
    expect(waiting).toMatchObject({ state: "queued", attempts: 1 });
    expect(waiting?.error).toMatch(/^later: .*4\.2\.0 Greylisted/);
    expect(waiting?.next_attempt_at.getTime()).toBeGreaterThan(Date.now() + 15_000);
    await send();
    expect(server.mails).toEqual([]);

    server.misbehave({ at: "end", code: 451, text: "4.3.0 Try again", times: 1 });
    await now();
    await send();
    expect(await messagesOf(orderId)).toMatchObject([{ state: "queued", attempts: 2 }]);
    await now();
    await send();
    expect(await messagesOf(orderId)).toMatchObject([{ state: "sent", attempts: 3, error: null }]);
    expect(server.mails.map(({ mail }) => mail.messageId)).toEqual([`<${waiting?.id}@holdpoint.example>`]);
  });

  test("says no for good: it is not asked again, and the order says why", async () => {
    const { orderId } = await shop.released(at.services.debit);
    server.misbehave({ at: "recipient", code: 550, text: "5.1.1 No such user here", times: 9 });
    await send();
    await now();
    await send();
    expect(await messagesOf(orderId)).toMatchObject([{ state: "refused", attempts: 1 }]);
    expect((await messagesOf(orderId))[0]?.error).toMatch(/^refused: .*5\.1\.1 No such user here/);
    const [told] =
      await at.owner`select params from order_timeline where order_id = ${orderId} and kind = 'message.refused'`;
    expect(told?.params).toMatchObject({ recipient: TO, code: "refused", kind: "payment_request" });
  });

  test("wants another password: that is nobody's address, so it is tried again", async () => {
    const { orderId } = await shop.released(at.services.debit);
    server.misbehave({ at: "connect", code: 554, text: "Who are you?", times: 1 });
    await send();
    expect(await messagesOf(orderId)).toMatchObject([{ state: "queued" }]);
    expect((await messagesOf(orderId))[0]?.error).toMatch(/^unreachable: /);
  });

  test("hangs up in the middle: nothing was delivered, so it is tried again", async () => {
    const { orderId } = await shop.released(at.services.debit);
    server.misbehave({ at: "recipient", times: 1 });
    await send();
    expect(await messagesOf(orderId)).toMatchObject([{ state: "queued", attempts: 1 }]);
    await now();
    await send();
    expect(server.mails).toHaveLength(1);
  });

  test("takes the message and hangs up: nobody sends it twice, and the order says that it may not have arrived", async () => {
    const { orderId } = await shop.released(at.services.debit);
    server.misbehave({ at: "taken", times: 1 });
    await send();
    await now();
    await send();
    expect(server.mails).toHaveLength(1);
    expect((await messagesOf(orderId))[0]).toMatchObject({ state: "failed", attempts: 1 });
    expect((await messagesOf(orderId))[0]?.error).toMatch(/^unconfirmed/);
    expect(await storyOf(orderId)).toEqual(["message.failed"]);
  });

  test("is not there at all: messages wait", async () => {
    const { orderId } = await shop.released(at.services.debit);
    const { deliver } = await import("#lib/mail/smtp");
    expect(
      await deliver("smtp://127.0.0.1:1", { from: "a@b.example", to: TO, raw: Buffer.from("x") }, async () => true),
    ).toMatchObject({ ended: "again", fault: "unreachable" });
    expect(await messagesOf(orderId)).toMatchObject([{ state: "queued" }]);
  });

  test("never answers: the try ends by itself, and what it had not been given whole may be tried again", async () => {
    const { deliver } = await import("#lib/mail/smtp");
    server.onTaken = () => new Promise(() => {});
    const message = { from: "a@b.example", to: TO, raw: Buffer.from("Subject: x\r\n\r\ny\r\n") };
    expect(await deliver(process.env.SMTP_URL as string, message, async () => true, { answerMs: 2_000 })).toMatchObject(
      {
        ended: "unconfirmed",
      },
    );
    const hung = deliver(process.env.SMTP_URL as string, message, () => new Promise(() => {}), { wholeMs: 300 });
    expect(await hung).toMatchObject({ ended: "again" });
  });
});

test("two instances with forty messages between them send forty", async () => {
  const { orderId, paymentId } = await shop.released(at.services.debit);
  await at.owner`delete from messages where order_id = ${orderId}`;
  await at.owner`
    insert into messages (id, order_id, payment_id, channel, kind, language, recipient, dedupe_key)
    select 'msg_' || lpad(n::text, 26, '0'), ${orderId}, ${paymentId}, 'email', 'payment_request', 'en', 'c' || n || '@romashka.example', 'test:' || n
    from generate_series(1, 40) n`;
  const other = openDatabase(process.env.DATABASE_URL as string, 6);
  await Promise.all([
    send(),
    sendDueMessages({ ...at.world, db: other.db }),
    send(),
    sendDueMessages({ ...at.world, db: other.db }),
  ]);
  await other.close();
  expect(server.mails).toHaveLength(40);
  expect(new Set(server.mails.map(({ to }) => to[0])).size).toBe(40);
  expect(
    await at.owner`select state, count(*)::int as n from messages where dedupe_key like 'test:%' group by state`,
  ).toEqual([{ state: "sent", n: 40 }]);
});

/** An instance of its own, killed at the moment the server asks for. */
async function killedAt(moment: (kill: () => void) => void): Promise<void> {
  const child = spawn(process.execPath, ["e2e/rig/send-mail-process.ts"], {
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = new Promise<string | null>((done) => child.on("exit", (_code, signal) => done(signal)));
  moment(() => child.kill("SIGKILL"));
  expect(await ended, said).toBe("SIGKILL");
}
/** Leases of the dead are over. */
const timePasses = () =>
  at.owner`update messages set locked_until = now() - interval '1 second' where locked_until is not null`;

test("kill -9 before the server has the whole message: it is sent by the next, once", async () => {
  const { orderId } = await shop.released(at.services.debit);
  await killedAt((kill) => {
    server.onRecipient = () => kill();
  });
  server.behave();
  expect(server.mails).toEqual([]);
  expect(await messagesOf(orderId)).toMatchObject([{ state: "queued", attempts: 1 }]);
  await send();
  expect(server.mails).toEqual([]);
  await timePasses();
  await send();
  await send();
  expect(server.mails).toHaveLength(1);
  expect(await messagesOf(orderId)).toMatchObject([{ state: "sent", attempts: 2 }]);
});

test("kill -9 after the server has taken it and before we wrote that down: not sent twice, not lost, said on the order", async () => {
  const { orderId } = await shop.released(at.services.debit);
  await killedAt((kill) => {
    server.onTaken = () => {
      kill();
      return new Promise(() => {});
    };
  });
  server.behave();
  expect(server.mails).toHaveLength(1);
  expect(await messagesOf(orderId)).toMatchObject([{ state: "sending", attempts: 1 }]);
  await send();
  expect(await messagesOf(orderId)).toMatchObject([{ state: "sending" }]);
  await timePasses();
  await send();
  await send();
  expect(server.mails).toHaveLength(1);
  expect(await messagesOf(orderId)).toMatchObject([{ state: "failed", error: "unconfirmed" }]);
  expect(await storyOf(orderId)).toEqual(["message.failed"]);
});

describe("sending again", () => {
  test("a refused address is put right: the same message goes there, once, and the story says who sent it", async () => {
    const { orderId } = await shop.released(at.services.debit);
    server.misbehave({ at: "recipient", code: 550, text: "5.1.1 No such user", times: 1 });
    await send();
    const [refused] = await messagesOf(orderId);
    const again = () => resendMessage(at.world, at.sales, refused?.id, { recipient: "new@romashka.example" });
    const answers = await Promise.all([again(), again(), again()]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
    await send();
    expect(server.mails.map(({ to }) => to)).toEqual([["new@romashka.example"]]);
    expect(await messagesOf(orderId)).toMatchObject([
      { state: "refused" },
      { state: "sent", recipient: "new@romashka.example" },
    ]);
    const shared =
      await at.owner`select params, actor_name from order_timeline where order_id = ${orderId} and kind = 'link.shared'`;
    expect(shared[0]).toMatchObject({
      params: { channel: "email", recipient: "new@romashka.example" },
      actor_name: at.sales.name,
    });
    const [audit] =
      await at.owner`select body from audit_log where action = 'message.resend' and entity_id = ${orderId}`;
    expect(audit?.body).toContain("new@romashka.example");
  });

  test("a dead link is not sent again, nor is a message beside itself, nor one to a list of people", async () => {
    const { orderId, paymentId } = await shop.released(at.services.debit);
    const [waiting] = await messagesOf(orderId);
    expect((await resendMessage(at.world, at.sales, waiting?.id, {})).ok).toBe(true);
    expect(await messagesOf(orderId)).toHaveLength(1);
    await send();
    for (const recipient of ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "nobody"])
      expect(await resendMessage(at.world, at.sales, waiting?.id, { recipient })).toMatchObject({
        error: { kind: "invalid", errors: [{ field: "recipient", code: "bad_email" }] },
      });
    await cancelPayment(at.world, at.sales, paymentId, { reason: null });
    expect(await resendMessage(at.world, at.sales, waiting?.id, {})).toMatchObject({
      error: { kind: "blocked", blocker: { code: "NOT_LIVE", fixes: ["new_link"] } },
    });
    expect(server.mails).toHaveLength(1);
  });
});

/** Names as an attacker, or a spreadsheet, would write them. */
const HOSTILE = [
  "Bob\r\nBcc: victim@example.com",
  'Bob" <victim@example.com>, "',
  "Bob, victim@example.com",
  "=?utf-8?q?x=0D=0ABcc:_victim@example.com?=",
  "Bob\u2028X-Injected: 1",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "\u202egnp.exe",
  "{link} {order} {unknown}",
  "Ім’я, прізвище; <a@b.example>",
  "x".repeat(190),
];

test("hostile names stay inside their field: one recipient, no header of theirs, no markup of theirs", async () => {
  for (const name of HOSTILE) {
    await at.owner`update customers set name = ${name} where id = ${at.customer}`;
    await at.owner`update company set name = ${name}`;
    const { orderId } = await shop.released(at.services.debit);
    server.mails.length = 0;
    await send();
    expect(await messagesOf(orderId), name).toMatchObject([{ state: "sent" }]);
    const { mail, to, raw } = server.mails[0] as (typeof server.mails)[0];
    expect(to, name).toEqual([TO]);
    expect(
      mail.to?.map(({ address }) => address),
      name,
    ).toEqual([TO]);
    const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
    const headers = mail.headers.map(({ key }) => key);
    for (const theirs of ["bcc", "cc", "x-injected"]) expect(headers, name).not.toContain(theirs);
    expect(
      head.split("\r\n").every((line) => line.length < 1000),
      name,
    ).toBe(true);
    expect(mail.html, name).not.toMatch(/<script|<img src=x|onerror=alert\(1\)>/);
    expect(mail.html, name).not.toContain("\u202e");
    expect(mail.subject, name).not.toMatch(/[\r\n\u2028\u202e]/);
  }
  await at.owner`update customers set name = 'ТОВ «Ромашка Буд»' where id = ${at.customer}`;
  await at.owner`update company set name = 'ТОВ «Дніпро Інструмент»'`;
}, 60_000);

test("an address that is more than one mailbox is refused before any server is asked", async () => {
  for (const email of [
    "a@b.example, c@d.example",
    "a@b.example\r\nBcc: c@d.example",
    "<a@b.example>",
    "a b@c.example",
    "a@b",
  ]) {
    await at.owner`update customers set email = ${email} where id = ${at.customer}`;
    const { orderId } = await shop.released(at.services.debit);
    await send();
    expect(await messagesOf(orderId), email).toMatchObject([{ state: "refused", error: "bad_address", attempts: 1 }]);
  }
  await at.owner`update customers set email = ${TO} where id = ${at.customer}`;
  expect(server.mails).toEqual([]);
});
