// The demo's inbox: a mail server on this machine that delivers to nobody, and a page that shows what came.
import { appendFileSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import PostalMime from "postal-mime";
import { escaped, Html, html } from "#lib/pay/html";
import { type Hit, listen, sendJson, sendText } from "./http.ts";
import { MailServer, type ReceivedMail } from "./mail-server.ts";
import { fromPostfix } from "./returned-mail.ts";

const { values: args } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "smtp-port": { type: "string", default: "0" },
    /** Where mails are kept from one start to the next, one JSON line each. */
    keep: { type: "string" },
    /** Who is told of mail that comes back, with the secret in MAIL_WEBHOOK_SECRET. */
    "returns-to": { type: "string" },
  },
});
const LONGEST_LIST = 200;
/** Addresses there do not exist: whoever wants to see a refusal writes to one. */
const NOBODYS = "refused.example";
/** Mail to bounce@… comes back, mail to delay@… is late: the server takes it, and reports a moment later. */
const RETURNED = /^(bounce|delay)(?:[+.]|@)/;
const RETURNED_AFTER_MS = 1_000;

const server = new MailServer();
for (const line of kept()) {
  const { at, from, to, raw } = JSON.parse(line) as Omit<ReceivedMail, "mail">;
  server.mails.push({ at, from, to, raw, mail: await PostalMime.parse(raw) });
}
server.onTaken = ({ mail: _parsed, ...mail }) => {
  if (args.keep) appendFileSync(args.keep, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
  const magic = RETURNED.exec(mail.to[0] ?? "")?.[1];
  if (magic)
    setTimeout(() => void giveBack(mail, magic === "bounce" ? "failed" : "delayed").catch(() => {}), RETURNED_AFTER_MS);
};
server.misbehave({ at: "recipient", domain: NOBODYS, code: 550, text: "5.1.1 There is no such mailbox here" });
const smtpUrl = await server.start(Number(args["smtp-port"]));
const { port } = await listen(Number(args.port), answer);
process.stdout.write(`${JSON.stringify({ ready: true, url: `http://localhost:${port}`, smtpUrl })}\n`);

function kept(): string[] {
  try {
    return args.keep ? readFileSync(args.keep, "utf8").split("\n").filter(Boolean).slice(-LONGEST_LIST) : [];
  } catch {
    return [];
  }
}

/** Hands the application a report about a mail, as a mail server in front of it would. */
async function giveBack({ from, to, raw }: Omit<ReceivedMail, "mail">, action: "failed" | "delayed"): Promise<void> {
  const address = args["returns-to"];
  if (!address) return;
  const late = action === "delayed";
  const report = fromPostfix({
    returnPath: from,
    recipient: to[0] ?? "",
    action,
    status: late ? "4.4.1" : "5.1.1",
    said: late
      ? "connect to mail server: Connection timed out"
      : "550 5.1.1 The mailbox of this customer does not exist",
    head: `Return-Path: <${from}>\r\n${raw.split(/\r?\n\r?\n/)[0]}`,
  });
  const headers = { authorization: `Bearer ${process.env.MAIL_WEBHOOK_SECRET}`, "content-type": "message/rfc822" };
  await fetch(address, { method: "POST", headers, body: report });
}

async function answer({ method, path, query, res }: Hit): Promise<void> {
  const back = /^\/(\d+)\/return$/.exec(path);
  const returned = back ? server.mails[Number(back[1]) - 1] : undefined;
  if (method === "POST" && back && returned) {
    await giveBack(returned, "failed");
    res.writeHead(303, { location: `/${back[1]}` }).end();
    return;
  }
  if (path === "/mails.json")
    return sendJson(
      res,
      200,
      server.mails.map(({ mail, ...rest }) => ({ ...rest, subject: mail.subject, text: mail.text, html: mail.html })),
    );
  const number = /^\/(\d+)(\/html)?$/.exec(path);
  const mail = number ? server.mails[Number(number[1]) - 1] : undefined;
  if (number && !mail) return sendText(res, 404, "No such mail");
  if (mail && number?.[2]) return page(res, body(mail), true);
  const chosen = mail ? Number(number?.[1]) : server.mails.length;
  return page(res, frame(chosen, query.get("view") === "text").text, false);
}

/** What a mail holds runs in a frame of its own, without scripts and without an origin. */
function page(res: Hit["res"], text: string, foreign: boolean): void {
  res.setHeader(
    "content-security-policy",
    foreign
      ? "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox"
      : "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; img-src data:",
  );
  sendText(res, 200, text, "text/html; charset=utf-8");
}

/** The mail's own HTML, its pictures put in, its links opened beside the inbox. */
function body({ mail }: ReceivedMail): string {
  let text = mail.html ?? `<pre>${escaped(mail.text ?? "")}</pre>`;
  for (const { contentId, mimeType, content } of mail.attachments) {
    const cid = contentId?.replace(/^<|>$/g, "");
    if (cid && content instanceof ArrayBuffer)
      text = text.replaceAll(`cid:${cid}`, `data:${mimeType};base64,${Buffer.from(content).toString("base64")}`);
  }
  return text.replace(/<head>/i, '<head><base target="_blank">');
}

function frame(chosen: number, asText: boolean): Html {
  const { mails } = server;
  const open = mails[chosen - 1];
  const list = mails
    .map((one, at) => ({ one, number: at + 1 }))
    .reverse()
    .slice(0, LONGEST_LIST);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="${open === mails.at(-1) ? "5" : "60"}">
<title>Inbox of the demo (${mails.length})</title>
<style>
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;font:14px/20px system-ui,sans-serif;display:grid;grid-template:auto 1fr/320px 1fr;height:100vh}
header{grid-column:1/-1;padding:12px 16px;border-bottom:1px solid #8884}
h1{margin:0;font-size:16px}
p{margin:0}
.quiet{opacity:.75}
ul{list-style:none;margin:0;padding:0;overflow:auto;border-right:1px solid #8884}
li a{display:block;padding:10px 16px;border-bottom:1px solid #8883;color:inherit;text-decoration:none;overflow-wrap:anywhere}
li a:hover{background:#8881}
li a[aria-current]{background:#8882}
main{min-width:0;display:flex;flex-direction:column}
dl{margin:0;padding:12px 16px;display:grid;grid-template-columns:auto 1fr;gap:2px 12px;overflow-wrap:anywhere}
dt{opacity:.75}
dd{margin:0}
nav{padding:0 16px 8px;display:flex;gap:16px}
nav a[aria-current]{font-weight:600;color:inherit;text-decoration:none}
iframe{border:0;border-top:1px solid #8884;flex:1;width:100%;background:#fff}
pre{margin:0;border-top:1px solid #8884;padding:16px;white-space:pre-wrap;overflow:auto;flex:1}
@media (max-width:700px){body{display:block;height:auto}ul{max-height:40vh;border-right:0;border-bottom:1px solid #8884}iframe{height:80vh}}
</style>
</head>
<body>
<header><h1>Inbox of the demo</h1><p class="quiet">Every mail that Holdpoint sends lands here. Nothing leaves this machine. Mail to …@${NOBODYS} is refused, mail to bounce@… comes back and mail to delay@… is late, to see that as well.</p></header>
<ul>${list.map(
    ({ one, number }) =>
      html`<li><a href="/${number}"${number === chosen ? new Html(' aria-current="page"') : ""}><strong>${one.mail.subject ?? "(no subject)"}</strong><br><span class="quiet">${one.to.join(", ")} · ${one.at.slice(0, 16).replace("T", " ")} UTC</span></a></li>`,
  )}</ul>
<main>${
    open
      ? html`<dl><dt>Subject</dt><dd><strong>${open.mail.subject ?? ""}</strong></dd><dt>From</dt><dd>${addressOf(open.mail.from)}</dd><dt>To</dt><dd>${open.to.join(", ")}</dd>${
          open.mail.replyTo?.[0] && html`<dt>Answers to</dt><dd>${addressOf(open.mail.replyTo[0])}</dd>`
        }</dl>
<nav aria-label="View"><a href="/${chosen}"${asText ? "" : new Html(' aria-current="true"')}>As people see it</a><a href="/${chosen}?view=text"${asText ? new Html(' aria-current="true"') : ""}>Plain text</a>${args["returns-to"] && html`<form method="post" action="/${chosen}/return"><button>Let it come back</button></form>`}</nav>
${asText ? html`<pre>${open.mail.text ?? ""}</pre>` : html`<iframe src="/${chosen}/html" title="The mail"></iframe>`}`
      : html`<dl><dt></dt><dd>No mail yet. Release an order whose customer has an e-mail address.</dd></dl>`
  }</main>
</body>
</html>
`;
}

function addressOf(from: ReceivedMail["mail"]["from"]): string {
  if (!from) return "";
  return from.name ? `${from.name} <${from.address ?? ""}>` : (from.address ?? "");
}
