import "server-only";
import { timeNow } from "#db/clock";
import { env } from "#lib/env";
import { payPageHtml } from "#lib/pay/page";
import { askedLately, payPage } from "#lib/pay/page-model";
import { isProgram } from "#lib/pay/visitors";
import { readPayFacts } from "#lib/reads/pay-page";
import { checkPaid } from "#lib/workflows/check-paid";
import { world } from "#lib/workflows/world";
import { htmlAnswer, type Visitor } from "./door.ts";

/** A page is answered so soon, whatever the bank does; the question goes on, and the next look finds its answer. */
const PATIENCE_MS = 1_500;

/** The page as the facts have it now. */
export function show(visitor: Visitor, more: { notice?: string; status?: number } = {}): Response {
  const now = timeNow();
  const { facts, token, locale, lang, returned, requestId } = visitor;
  const page = payPage(facts, { returned }, now);
  const text = payPageHtml(facts, page, {
    token,
    locale,
    now,
    search: { lang, returned },
    notice: more.notice ?? null,
    mails: env().smtpUrl !== undefined,
  });
  return htmlAnswer(text, requestId, more.status ?? 200);
}

/** The visitor with fresh facts. */
export async function lookedAgain(visitor: Visitor): Promise<Visitor> {
  return { ...visitor, facts: (await readPayFacts(visitor.token)) ?? visitor.facts };
}

/** Somebody who came back from the bank: it is asked first, once, for no longer than a person waits. */
export async function askedFirst(visitor: Visitor): Promise<Visitor> {
  const { facts, returned, request, actor } = visitor;
  const now = timeNow();
  const { state, attempt } = payPage(facts, { returned }, now);
  const awaited = state === "checking" || state === "processing" || state === "not_yet";
  if (!returned || !awaited || !attempt || isProgram(request.headers.get("user-agent"))) return visitor;
  if (state !== "checking" && askedLately(attempt, new Date(now.getTime() + 15_000))) return visitor;
  await within(PATIENCE_MS, checkPaid(world(), actor, facts.order.id));
  return lookedAgain(visitor);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  // Its failure is told by the next look; nobody waits for it any more.
  const done = work.then(
    () => {},
    () => {},
  );
  await Promise.race([done, new Promise<void>((late) => (timer = setTimeout(late, ms)))]);
  clearTimeout(timer);
}
