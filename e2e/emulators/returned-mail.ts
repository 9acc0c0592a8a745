// Mail that comes back: delivery reports (RFC 3464) in the shapes that the usual mail servers give them.

export type Returned = {
  /** The envelope sender of the mail that comes back: where the report goes. */
  returnPath: string;
  recipient: string;
  action: "failed" | "delayed" | "delivered";
  /** `5.1.1` */
  status: string;
  /** What the recipient's server answered, e.g. `550 5.1.1 No such user`. */
  said: string;
  /** The head of the mail that comes back, with its message id. */
  head?: string;
};

const mailOf = (lines: string[]): string => `${lines.join("\r\n")}\r\n`;
const headOf = ({ returnPath, recipient, head }: Returned): string[] =>
  head ? head.trimEnd().split(/\r?\n/) : [`Return-Path: <${returnPath}>`, `To: ${recipient}`, "Subject: An order"];

/** Postfix: a plain report with the recipient's answer after `smtp;`, folded, and the head of what came back. */
export function fromPostfix(facts: Returned): string {
  const { returnPath, recipient, action, status, said } = facts;
  const late = action === "delayed";
  return mailOf([
    "Return-Path: <>",
    `Delivered-To: ${returnPath}`,
    "Received: by mx.holdpoint.test (Postfix) id 4F2A11C0; Fri, 20 Nov 2026 10:15:02 +0200 (EET)",
    "Date: Fri, 20 Nov 2026 10:15:02 +0200 (EET)",
    "From: MAILER-DAEMON@mx.holdpoint.test (Mail Delivery System)",
    `Subject: ${late ? "Delayed Mail (still being retried)" : "Undelivered Mail Returned to Sender"}`,
    `To: ${returnPath}`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="4F2A10B7.1795162502/mx.holdpoint.test"',
    "Message-Id: <20261120081502.4F2A11C0@mx.holdpoint.test>",
    "",
    "This is a MIME-encapsulated message.",
    "",
    "--4F2A10B7.1795162502/mx.holdpoint.test",
    "Content-Description: Notification",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "This is the mail system at host mx.holdpoint.test.",
    "",
    `<${recipient}>: ${said}`,
    "",
    "--4F2A10B7.1795162502/mx.holdpoint.test",
    `Content-Description: ${late ? "Delayed" : "Delivery"} report`,
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.holdpoint.test",
    "X-Postfix-Queue-ID: 4F2A10B7",
    `X-Postfix-Sender: rfc822; ${returnPath}`,
    "Arrival-Date: Fri, 20 Nov 2026 10:15:01 +0200 (EET)",
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    `Original-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Remote-MTA: dns; mx.${recipient.split("@")[1]}`,
    `Diagnostic-Code: smtp; ${said.replace(/(.{40}\S*) /g, "$1\r\n    ")}`,
    ...(late ? ["Will-Retry-Until: Wed, 25 Nov 2026 10:15:01 +0200 (EET)"] : []),
    "",
    "--4F2A10B7.1795162502/mx.holdpoint.test",
    "Content-Description: Undelivered Message Headers",
    "Content-Type: text/rfc822-headers",
    "",
    ...headOf(facts),
    "",
    "--4F2A10B7.1795162502/mx.holdpoint.test--",
  ]);
}

/** Exchange: an alternative for people in two forms, fields without a space behind the semicolon, the whole mail behind it. */
export function fromExchange(facts: Returned): string {
  const { returnPath, recipient, action, status, said } = facts;
  const outer = "_8b1f2c4e-77aa-4a0b-9a7e-3f0d1c5b2e61_";
  const inner = "_000_8b1f2c4e77aa4a0b9a7e3f0d1c5b2e61_";
  return mailOf([
    "From: <postmaster@contoso.example>",
    `To: <${returnPath}>`,
    "Date: Fri, 20 Nov 2026 08:15:09 +0000",
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${outer}"`,
    "X-MS-Exchange-Message-Is-Ndr: ",
    "Content-Language: en-US",
    "Message-ID: <77aa4a0b-9a7e@MBX01.contoso.example>",
    `Subject: ${action === "delayed" ? "Delivery delayed" : "Undeliverable"}: An order`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    "",
    `--${outer}`,
    `Content-Type: multipart/alternative; differences=Content-Type;\r\n\tboundary="${inner}"`,
    "",
    `--${inner}`,
    'Content-Type: text/plain; charset="us-ascii"',
    "Content-Transfer-Encoding: quoted-printable",
    "",
    `Your message to ${recipient} couldn't be delivered.`,
    "",
    `--${inner}`,
    'Content-Type: text/html; charset="us-ascii"',
    "Content-Transfer-Encoding: quoted-printable",
    "",
    `<html><body><p>Your message to ${recipient} couldn't be delivered.</p></body></html>`,
    "",
    `--${inner}--`,
    "",
    `--${outer}`,
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns;MBX01.contoso.example",
    "Received-From-MTA: dns;mx.holdpoint.test",
    "Arrival-Date: Fri, 20 Nov 2026 08:15:03 +0000",
    "",
    `Original-Recipient: rfc822;${recipient}`,
    `Final-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp;${said}`,
    `X-Display-Name: ${recipient}`,
    "",
    `--${outer}`,
    "Content-Type: message/rfc822",
    "",
    ...headOf(facts),
    "MIME-Version: 1.0",
    "Content-Type: text/plain",
    "",
    "The mail itself.",
    "",
    `--${outer}--`,
  ]);
}

/** Gmail: pictures beside the text, every line of a long answer with its number, and a domain in the address's own case. */
export function fromGmail(facts: Returned): string {
  const { returnPath, recipient, action, status, said } = facts;
  const [number, ...words] = said.split(" ");
  const lines = words
    .join(" ")
    .replace(new RegExp(`^${status} `), "")
    .match(/.{1,48}(?:\s|$)/g) ?? [""];
  const answer = lines.map((line, at) => `${number}${at < lines.length - 1 ? "-" : " "}${status} ${line.trim()}`);
  return mailOf([
    `Delivered-To: ${returnPath.toUpperCase()}`,
    "Return-Path: <>",
    "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
    `To: ${returnPath}`,
    "Auto-Submitted: auto-replied",
    "Subject: Delivery Status Notification (Failure)",
    "References: <an-order@holdpoint.test>",
    'Content-Type: multipart/report; boundary="000000000000a1b2c3064f"; report-type=delivery-status',
    "Message-ID: <673d9a5e.170a0220.GMR@mx.google.com>",
    "Date: Fri, 20 Nov 2026 00:15:26 -0800 (PST)",
    "MIME-Version: 1.0",
    "",
    "--000000000000a1b2c3064f",
    'Content-Type: multipart/related; boundary="000000000000a1b2d2064f"',
    "",
    "--000000000000a1b2d2064f",
    'Content-Type: text/plain; charset="UTF-8"',
    "",
    "** Address not found **",
    "",
    "--000000000000a1b2d2064f",
    'Content-Type: image/png; name="icon.png"',
    'Content-Disposition: attachment; filename="icon.png"',
    "Content-Transfer-Encoding: base64",
    "Content-ID: <icon.png>",
    "",
    "iVBORw0KGgo=",
    "--000000000000a1b2d2064f--",
    "",
    "--000000000000a1b2c3064f",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; googlemail.com",
    "Arrival-Date: Fri, 20 Nov 2026 00:15:25 -0800 (PST)",
    "X-Original-Message-ID: <an-order@holdpoint.test>",
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    "Remote-MTA: dns; gmail-smtp-in.l.google.com. (203.0.113.27, the server for the domain gmail.com.)",
    `Diagnostic-Code: smtp; ${answer.join("\r\n ")}`,
    "Last-Attempt-Date: Fri, 20 Nov 2026 00:15:26 -0800 (PST)",
    "",
    "--000000000000a1b2c3064f",
    "Content-Type: message/rfc822",
    "",
    ...headOf(facts),
    "",
    "----- Message truncated -----",
    "",
    "--000000000000a1b2c3064f--",
  ]);
}
