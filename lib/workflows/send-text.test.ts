import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { openShop, type Row, type Shop } from "#e2e/stories/shop";
import type { SmsGatewayInput } from "#lib/contracts/messages";
import type { OrderId } from "#lib/domain/ids";
import { smsGatewayProblems, smsRequest } from "#lib/domain/sms";
import { readMessageSettings } from "#lib/reads/messages";
import { sendSms } from "#lib/sms/send-sms";
import { updateMessageSettings } from "./message-settings.ts";
import { sendDueMessages } from "./send-message.ts";
import { sendTestText } from "./send-text.ts";

type Asked = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };
const asked: Asked[] = [];
let answer: { status: number; text: string } | "hang_up" = { status: 200, text: '{"id":"1"}' };
let gateway: Server;
let at: WorkflowWorld;
let shop: Shop;
let base = "";

beforeAll(async () => {
  gateway = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
      if (answer === "hang_up") request.socket.destroy();
      else response.writeHead(answer.status).end(answer.text);
    });
  });
  await new Promise<void>((done) => gateway.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  at = await startWorkflowWorld();
  shop = openShop(at);
  await at.owner`update customers set email = null, phone = '+380501234567' where id = ${at.customer}`;
});
afterAll(async () => {
  await at?.stop();
  await new Promise((done) => gateway.close(done));
});
beforeEach(async () => {
  await at.owner`update messages set state = 'dropped' where state in ('queued', 'sending')`;
  asked.length = 0;
  answer = { status: 200, text: '{"id":"1"}' };
});

const json = (): SmsGatewayInput => ({
  enabled: true,
  url: `${base}/send?from=Dnipro`,
  method: "POST",
  headers: [
    { name: "Authorization", value: "Bearer {secret}" },
    { name: "Content-Type", value: "application/json" },
  ],
  body: '{"to": "{to}", "text": "{text}"}',
});
async function save(sms: SmsGatewayInput) {
  const { version } = await readMessageSettings({ email: "" });
  return updateMessageSettings(at.world, at.finance, { version, sms });
}
const send = () => sendDueMessages(at.world);
const now = () => at.owner`update messages set next_attempt_at = now(), locked_until = null where state = 'queued'`;
const messagesOf = (id: OrderId): Promise<Row[]> => at.owner`select * from messages where order_id = ${id} order by id`;

test("without a gateway nobody is texted", async () => {
  const { orderId } = await shop.released(at.services.debit);
  expect(await messagesOf(orderId)).toEqual([]);
  await send();
  expect(asked).toEqual([]);
});

test("a customer with a phone only is asked by text message, as the gateway wants it; the secret is shown to nobody", async () => {
  expect((await save({ ...json(), secret: "s3cret-token-0001" })).ok).toBe(true);
  const { orderId } = await shop.released(at.services.debit);
  await send();
  await send();
  expect(asked).toHaveLength(1);
  const [{ url, method, headers, body }] = asked as [Asked];
  const order = await shop.order(orderId);
  expect([method, url, headers.authorization]).toEqual(["POST", "/send?from=Dnipro", "Bearer s3cret-token-0001"]);
  const { to, text } = JSON.parse(body);
  expect(to).toBe("+380501234567");
  expect(text).toContain(`${process.env.APP_URL}/pay/${order.pay_token}`);
  expect(text).toContain("449,85");
  expect(await messagesOf(orderId)).toMatchObject([{ channel: "sms", state: "sent", recipient: "+380501234567" }]);

  const view = await readMessageSettings({ email: "" });
  expect(view.sms?.secret).toMatchObject({ last4: "0001" });
  // Saved again without a word about it, it stays; no trace of it anywhere.
  expect((await save(json())).ok).toBe(true);
  expect(await sendTestText(at.world, "+380670000000", "Dnipro")).toMatchObject({ ended: "sent" });
  expect(asked.at(-1)?.headers.authorization).toBe("Bearer s3cret-token-0001");
  const traces = await at.owner`
    select (select string_agg(body, ' ') from audit_log) || (select sms::text from message_settings) as text`;
  expect(JSON.stringify(view) + traces[0]?.text).not.toContain("s3cret-token");
});

test("asks to come back later, refuses, wants another secret, or hangs up: as with mail", async () => {
  await save({ ...json(), secret: "s3cret-token-0001" });
  answer = { status: 503, text: "busy" };
  const { orderId } = await shop.released(at.services.debit);
  await send();
  expect(await messagesOf(orderId)).toMatchObject([{ state: "queued", error: "later: 503 busy" }]);
  answer = { status: 401, text: "bad token s3cret-token-0001" };
  await now();
  await send();
  expect(await messagesOf(orderId)).toMatchObject([{ state: "queued", error: "credentials: 401 bad token •••" }]);
  answer = { status: 400, text: "bad number" };
  await now();
  await send();
  await now();
  await send();
  expect(asked).toHaveLength(3);
  expect(await messagesOf(orderId)).toMatchObject([{ state: "refused", error: "refused: 400 bad number" }]);

  answer = "hang_up";
  const other = await shop.released(at.services.debit);
  await send();
  await now();
  await send();
  expect(asked).toHaveLength(4);
  expect(await messagesOf(other.orderId)).toMatchObject([{ state: "failed", error: "unconfirmed" }]);
  expect((await shop.timeline(other.orderId)).at(-1)).toBe("message.failed");
});

test("two instances send each text message once", async () => {
  await save({ ...json(), secret: "x" });
  for (let n = 0; n < 4; n++) await shop.released(at.services.debit);
  await Promise.all([send(), send(), send()]);
  expect(asked).toHaveLength(4);
});

test("what a text holds cannot end what it stands in", () => {
  const values = { to: "+380", text: 'a"b\\c\nd&e=f{secret}\r\nX: y', secret: "s" };
  const gatewayOf = (type: string, body: string) => ({
    url: "https://sms.example/{to}",
    method: "POST" as const,
    headers: [
      { name: "content-type", value: type },
      { name: "x-text", value: "{text}" },
    ],
    body,
  });
  const asJson = smsRequest(gatewayOf("application/json", '{"t":"{text}"}'), values);
  expect(JSON.parse(asJson.body ?? "")).toEqual({ t: values.text });
  expect(asJson.url).toBe("https://sms.example/%2B380");
  expect(asJson.headers["x-text"]).not.toMatch(/[\r\n]/);
  const asForm = smsRequest(gatewayOf("application/x-www-form-urlencoded", "t={text}&a=1"), values);
  expect(Object.fromEntries(new URLSearchParams(asForm.body ?? ""))).toEqual({ t: values.text, a: "1" });
  const asXml = smsRequest(gatewayOf("text/xml", "<t>{text}</t>"), { ...values, text: "</t><x>&" });
  expect(asXml.body).toBe("<t>&#60;/t&#62;&#60;x&#62;&#38;</t>");
});

test("only addresses on the internet are called, over https; whoever is sent to does not choose whom we ask", async () => {
  const of = (url: string) => smsGatewayProblems({ ...json(), url }, false).map(({ code }) => code);
  for (const url of [
    "http://sms.example/",
    "ftp://sms.example",
    "https://{to}.example/",
    "https://a:b@sms.example/",
    "nothing",
  ])
    expect(of(url), url).toContain("bad_url");
  expect(of("https://sms.example/{to}")).toEqual([]);
  expect(smsGatewayProblems({ ...json(), url: "https://sms.example/", body: "{text}" }, false)).toEqual([
    { field: "sms.body", code: "needs_to_and_text" },
  ]);
  expect(await save({ ...json(), url: "http://169.254.169.254/{to}/{text}" })).toMatchObject({
    error: { kind: "invalid", errors: [{ field: "sms.url", code: "bad_url" }] },
  });
  for (const url of [
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://169.254.169.254/",
    "https://localhost/",
  ]) {
    const delivery = await sendSms({ ...json(), url }, { to: "1", text: "t", secret: "" }, async () => true, false);
    expect(delivery.ended === "sent" || delivery.ended === "unconfirmed", url).toBe(false);
  }
  expect(await sendSms(json(), { to: "1", text: "t", secret: "" }, async () => true, false)).toMatchObject({
    ended: "refused",
  });
  expect(asked).toEqual([]);
}, 40_000);
