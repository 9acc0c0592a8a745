import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MailServer } from "#e2e/emulators/mail-server";
import { fromExchange, fromGmail, fromPostfix } from "#e2e/emulators/returned-mail";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { openShop, type Row, type Shop } from "#e2e/stories/shop";
import type { MessageId, OrderId } from "#lib/domain/ids";
import { answerMailReport } from "#lib/http/mail-report";
import { receiveMailReport } from "./receive-mail-report.ts";
import { resendMessage } from "./resend-message.ts";
import { messageOfReturnPath, returnPathOf } from "./return-path.ts";
import { sendDueMessages } from "./send-message.ts";

const SECRET = "a-secret-of-tests-that-is-long-enough-222222";
const TO = "o.hnatiuk@romashka.example";
const server = new MailServer();
let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  process.env.SMTP_URL = await server.start();
  process.env.MAIL_FROM = "Holdpoint <mail@holdpoint.example>";
  process.env.MAIL_WEBHOOK_SECRET = SECRET;
  at = await startWorkflowWorld();
  shop = openShop(at);
});
afterAll(async () => {
  await at?.stop();
  await server.stop();
});
beforeEach(async () => {
  await at.owner`update messages set state = 'dropped' where state in ('queued', 'sending')`;
  server.mails.length = 0;
});

const FAILED = { recipient: TO, action: "failed", status: "5.1.1", said: "550 5.1.1 No such user here" } as const;
const LATE = { recipient: TO, action: "delayed", status: "4.4.1", said: "451 4.4.1 Timed out" } as const;
const bytes = (text: string) => new TextEncoder().encode(text);
const receive = (text: string) => receiveMailReport(at.world, bytes(text));

const messagesOf = (id: OrderId): Promise<Row[]> =>
  at.owner`select * from messages where order_id = ${id} and kind <> 'staff_notice' order by created_at, id`;
const storyOf = async (id: OrderId) => (await shop.timeline(id)).filter((kind) => kind.startsWith("message."));
const noticesOf = (id: OrderId): Promise<Row[]> =>
  at.owner`select kind, params, user_id from notices where order_id = ${id} and kind = 'undelivered'`;

/** A payment request that the mail server took. */
async function mailed(): Promise<{ orderId: OrderId; message: Row; returnPath: string }> {
  const { orderId } = await shop.released(at.services.debit);
  await sendDueMessages(at.world);
  const [message] = await messagesOf(orderId);
  expect(message).toMatchObject({ state: "sent" });
  return { orderId, message: message as Row, returnPath: server.mails[0]?.from ?? "" };
}

test("every mail has a return path of its own; people see the company's address", async () => {
  const { message, returnPath } = await mailed();
  expect(returnPath).toMatch(/^bounce\+msg_[0-9a-z]{26}-[0-9a-f]{20}@holdpoint\.example$/);
  expect(returnPath.split("@")[0]?.length).toBeLessThanOrEqual(64);
  expect(messageOfReturnPath(returnPath)).toBe(message.id);
  expect(server.mails[0]?.mail.from).toMatchObject({ address: "mail@holdpoint.example" });
});

test.each([
  ["Postfix", fromPostfix],
  ["Exchange", fromExchange],
  ["Gmail", fromGmail],
])("%s gives a message back: the order, its history and its salesperson say so, once", async (_, shape) => {
  const { orderId, message, returnPath } = await mailed();
  const report = shape({ ...FAILED, returnPath });
  expect(await Promise.all([receive(report), receive(report), receive(report)])).toContain("noted");
  expect(await receive(report)).toBe("known");
  expect(await messagesOf(orderId)).toMatchObject([
    { id: message.id, state: "bounced", error: "no_mailbox: 550 5.1.1 No such user here" },
  ]);
  expect(await storyOf(orderId)).toEqual(["message.sent", "message.bounced"]);
  expect(await noticesOf(orderId)).toMatchObject([
    { params: { recipient: TO, how: "no_mailbox" }, user_id: at.sales.id },
  ]);
});

test("late, then back after all; a report of lateness that comes after that changes nothing", async () => {
  const { orderId, returnPath } = await mailed();
  expect(await receive(fromPostfix({ ...LATE, returnPath }))).toBe("noted");
  expect(await messagesOf(orderId)).toMatchObject([{ state: "delayed", error: "not_reached: 451 4.4.1 Timed out" }]);
  expect(await noticesOf(orderId)).toEqual([]);
  expect(await receive(fromPostfix({ ...LATE, returnPath }))).toBe("known");
  expect(await receive(fromPostfix({ ...FAILED, returnPath }))).toBe("noted");
  expect(await receive(fromPostfix({ ...LATE, returnPath }))).toBe("known");
  expect(await messagesOf(orderId)).toMatchObject([{ state: "bounced" }]);
  expect(await storyOf(orderId)).toEqual(["message.sent", "message.delayed", "message.bounced"]);
});

test("a report that overtakes our own word of having sent it is kept", async () => {
  const { orderId, message, returnPath } = await mailed();
  await at.owner`update messages set state = 'sending', sent_at = null where id = ${message.id}`;
  expect(await receive(fromPostfix({ ...FAILED, returnPath }))).toBe("noted");
  await sendDueMessages(at.world);
  const [after] = await messagesOf(orderId);
  expect(after).toMatchObject({ state: "bounced" });
  expect(after?.sent_at).not.toBeNull();
});

test("what came back is sent again to another address, and what becomes of that is told apart", async () => {
  const { orderId, message, returnPath } = await mailed();
  await receive(fromPostfix({ ...FAILED, returnPath }));
  expect((await resendMessage(at.world, at.sales, message.id, { recipient: "new@romashka.example" })).ok).toBe(true);
  await sendDueMessages(at.world);
  expect(server.mails.map(({ to }) => to[0])).toEqual([TO, "new@romashka.example"]);
  expect(server.mails[1]?.from).not.toBe(returnPath);
  expect(await messagesOf(orderId)).toMatchObject([{ state: "bounced" }, { state: "sent" }]);
});

test("a return path that is not of our making, or that names no message, changes nothing", async () => {
  const { orderId, message, returnPath } = await mailed();
  const proof = /-([0-9a-f]{20})@/.exec(returnPath)?.[1] ?? "";
  const other = (proof.startsWith("0") ? "1" : "0") + proof.slice(1);
  const never = returnPathOf("msg_00000000000000000000000000" as MessageId, "bounce@holdpoint.example");
  for (const forged of [
    returnPath.replace(proof, other),
    returnPath.replace(proof, "0".repeat(20)),
    returnPath.replace(message.id, "msg_00000000000000000000000000"),
    "bounce@holdpoint.example",
    `bounce+${message.id}@holdpoint.example`,
    never,
  ])
    for (const shape of [fromPostfix, fromExchange, fromGmail])
      expect(await receive(shape({ ...FAILED, returnPath: forged })), forged).toBe("not_ours");
  expect(await receive(`To: ${returnPath}\r\nSubject: Re: order\r\n\r\nAction: failed\r\nThanks!`)).toBe(
    "not_a_report",
  );
  expect(await messagesOf(orderId)).toMatchObject([{ state: "sent" }]);
  expect(await storyOf(orderId)).toEqual(["message.sent"]);
});

test("a refusal by our own mail server is told to the salesperson as well", async () => {
  const { orderId } = await shop.released(at.services.debit);
  server.misbehave({ at: "recipient", code: 550, text: "5.1.1 No such user", times: 1 });
  await sendDueMessages(at.world);
  expect(await noticesOf(orderId)).toMatchObject([{ params: { how: "refused" }, user_id: at.sales.id }]);
});

describe("over HTTP", () => {
  const post = (body: BodyInit, authorization?: string) =>
    answerMailReport(
      new Request("http://localhost/api/webhooks/mail", {
        method: "POST",
        headers: { "content-type": "message/rfc822", ...(authorization ? { authorization } : {}) },
        body,
      }),
    );

  test("whoever shows no secret, or another, is not listened to", async () => {
    const { orderId, returnPath } = await mailed();
    const report = fromPostfix({ ...FAILED, returnPath });
    for (const said of [
      undefined,
      "Bearer",
      "Bearer x",
      `Bearer ${SECRET}x`,
      `Basic ${SECRET}`,
      SECRET,
      `Bearer ${process.env.CRON_SECRET}`,
    ])
      expect((await post(report, said)).status, said).toBe(401);
    expect(await messagesOf(orderId)).toMatchObject([{ state: "sent" }]);
    const answer = await post(report, `Bearer ${SECRET}`);
    expect([answer.status, await answer.json()]).toEqual([200, { outcome: "noted" }]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await messagesOf(orderId)).toMatchObject([{ state: "bounced" }]);
  });

  test("any other mail need not be handed in twice; one that is too large is not read", async () => {
    for (const mail of ["", "hello", "\0\0\0", "To: x\r\n\r\n", "{}"]) {
      const answer = await post(mail, `Bearer ${SECRET}`);
      expect([answer.status, await answer.json()], mail).toEqual([200, { outcome: "not_a_report" }]);
    }
    expect((await post("x".repeat(1024 * 1024 + 1), `Bearer ${SECRET}`)).status).toBe(413);
  });
});
