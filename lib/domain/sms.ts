/** How a gateway wants to be asked: its address, and what it is sent, with {to}, {text} and {secret} in it. */
export type SmsGateway = {
  url: string;
  method: "POST" | "PUT" | "GET";
  headers: { name: string; value: string }[];
  body: string;
};
export type SmsValues = { to: string; text: string; secret: string };

export const SMS_PLACEHOLDERS = ["to", "text", "secret"] as const;
const PLACEHOLDER = /\{(to|text|secret)\}/g;

/** Writes values into a template the way its surroundings want them: nothing they hold can end what they stand in. */
const put = (template: string, values: SmsValues, written: (value: string) => string): string =>
  template.replace(PLACEHOLDER, (_, name: keyof SmsValues) => written(values[name]));

const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
const inForm = (value: string) => encodeURIComponent(value);
const inHeader = (value: string) => value.replace(/[^\x20-\x7e]+/g, " ").trim();
const inXml = (value: string) =>
  value.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/(?![\t\n\r])\p{Cc}/gu, "");

/** One request that sends one message. */
export function smsRequest(
  gateway: SmsGateway,
  values: SmsValues,
): { url: string; method: SmsGateway["method"]; headers: Record<string, string>; body: string | null } {
  const headers = Object.fromEntries(
    gateway.headers.map(({ name, value }) => [name.toLowerCase(), put(value, values, inHeader)]),
  );
  const type = headers["content-type"] ?? "";
  const written = type.includes("json") ? inJson : type.includes("xml") ? inXml : inForm;
  return {
    url: put(gateway.url, values, inForm),
    method: gateway.method,
    headers,
    body: gateway.method === "GET" ? null : put(gateway.body, values, written),
  };
}

/** What is wrong with a gateway's settings, by field; empty = nothing. `local`: whether this machine may be called. */
export function smsGatewayProblems(gateway: SmsGateway, local: boolean): { field: string; code: string }[] {
  const problems: { field: string; code: string }[] = [];
  const url = URL.canParse(gateway.url) ? new URL(gateway.url) : null;
  const isLocal = local && url?.protocol === "http:" && ["localhost", "127.0.0.1"].includes(url.hostname);
  // A placeholder may stand behind the host, never in it: whoever is sent to must not choose whom we ask.
  const host = gateway.url.split(/[/?#]/)[2] ?? "";
  if (!url || (url.protocol !== "https:" && !isLocal) || url.username || url.password || /[{}]/.test(host))
    problems.push({ field: "sms.url", code: "bad_url" });
  const whole = gateway.url + (gateway.method === "GET" ? "" : gateway.body);
  if (!whole.includes("{to}") || !whole.includes("{text}"))
    problems.push({ field: gateway.method === "GET" ? "sms.url" : "sms.body", code: "needs_to_and_text" });
  for (const [at, { name, value }] of gateway.headers.entries()) {
    if (!/^[A-Za-z0-9-]{1,60}$/.test(name) || /^(host|content-length|connection|transfer-encoding)$/i.test(name))
      problems.push({ field: `sms.headers.${at}.name`, code: "bad_header" });
    if (/[^\x20-\x7e]/.test(value)) problems.push({ field: `sms.headers.${at}.value`, code: "bad_header" });
  }
  return problems;
}
