import { gzipSync } from "node:zlib";
import { CommandFailure } from "#lib/commands/terminal";
import { ask } from "./load.ts";

/** Signs in as a person would and answers with the cookies. */
export async function signIn(port: number, email: string, password: string): Promise<string> {
  const jar = new Map<string, string>();
  const keep = (set: string | string[] | undefined) => {
    for (const line of [set ?? []].flat()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  };
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const csrf = await ask(port, { method: "GET", path: "/api/auth/csrf" });
  keep(csrf.headers["set-cookie"]);
  const { csrfToken } = JSON.parse(csrf.body.toString()) as { csrfToken: string };
  const answer = await ask(port, {
    method: "POST",
    path: "/api/auth/callback/credentials",
    headers: {
      cookie: cookies(),
      origin: `http://localhost:${port}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }).toString(),
  });
  keep(answer.headers["set-cookie"]);
  if (![...jar.keys()].some((name) => name.includes("session")))
    throw new CommandFailure(`Signing in as ${email} failed: ${answer.status} ${answer.body.toString().slice(0, 300)}`);
  return cookies();
}

/**
 * What a modern browser loads of a page before anybody touches it, gzip, and in how many requests: the page, its scripts,
 * style sheets, pictures and typefaces (those of its own style at most).
 */
export async function weigh(
  port: number,
  path: string,
  cookie = "",
): Promise<{ htmlBytes: number; scriptBytes: number; requests: number }> {
  const page = await ask(port, { method: "GET", path, headers: { cookie, "accept-encoding": "identity" } });
  if (page.status !== 200) throw new CommandFailure(`${path} answered ${page.status}`);
  const html = page.body.toString();
  const scripts = new Set<string>();
  for (const [tag, name] of html.matchAll(/<(script|link)\b[^>]*>/g)) {
    // The polyfills carry `noModule`: browsers of this decade skip them.
    if (/\bnomodule\b/i.test(tag)) continue;
    const source =
      name === "script"
        ? /\bsrc="([^"]+)"/.exec(tag)?.[1]
        : /rel="(?:modulepreload|preload)"/.test(tag) && /as="script"|modulepreload/.test(tag)
          ? /\bhref="([^"]+)"/.exec(tag)?.[1]
          : undefined;
    if (source?.startsWith("/")) scripts.add(source.replaceAll("&amp;", "&"));
  }
  let scriptBytes = 0;
  for (const source of scripts) {
    const script = await ask(port, { method: "GET", path: source, headers: { "accept-encoding": "identity" } });
    scriptBytes += gzipSync(script.body).length;
  }
  const others = [
    ...html.matchAll(/<link\b[^>]*rel="stylesheet"[^>]*href="\//g),
    ...html.matchAll(/<img\b[^>]*src="\//g),
    ...html.matchAll(/url\(\/[^)]+\.woff2\)/g),
    ...html.matchAll(/<link\b[^>]*rel="preload"[^>]*as="font"/g),
  ];
  return { htmlBytes: gzipSync(page.body).length, scriptBytes, requests: 1 + scripts.size + others.length };
}
