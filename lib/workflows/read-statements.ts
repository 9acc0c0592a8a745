import type { InboxRow } from "#db/queries/inbox";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import type { ServiceRow } from "#db/queries/services";
import {
  claimStatement,
  keepStatementLine,
  noteStatementRead,
  paymentsNamed,
  readStatementAgain,
} from "#db/queries/statements";
import { isId, type PaymentId, type PaymentServiceId } from "#lib/domain/ids";
import { PROVIDERS, type ProviderFailure, type ServiceAccount, type StatementLine } from "#lib/domain/provider";
import { ok, type Result, refuse } from "#lib/domain/result";
import { type StatementWindow, saysMore, statementWindows } from "#lib/domain/statement";
import { log } from "#lib/log";
import { accountOf } from "./service-account.ts";
import { keptLine, lineKey } from "./statement-line.ts";
import type { World } from "./world.ts";

/** A line to be asked about, or a statement that could not be read, under the name of its service. */
export type ReadLine =
  | Pick<InboxRow, "id" | "serviceId" | "state" | "raw" | "reference" | "attempts">
  | { id: PaymentServiceId; unread: ProviderFailure };

/** Questions to one bank about one account in one run. */
const MOST_QUESTIONS = 40;
/** Two runs at the same moment read it once. */
const REST_SECONDS = 60;
const AGAIN_SECONDS = 15 * 60;
/** Keys are not repaired within minutes. */
const REFUSED_SECONDS = 3_600;
/** What still differs after it was asked about is asked about again so often. */
const ASK_AGAIN_MS = 3_600_000;
const SHORTEST_WINDOW_MS = 10 * 60_000;

/**
 * Reads what the next provider's statement tells since it was last read, and answers with the lines that say something our books
 * do not; null when no statement is due. Each such line is kept before it counts as read, so a reading that breaks off is read
 * again, and what was read is never asked about twice.
 */
export async function readNextStatement(world: World, until: number): Promise<ReadLine[] | null> {
  const telling = PROVIDERS.filter((provider) => world.findProvider(provider).readStatement);
  const service = await claimStatement(world.db, telling);
  if (!service) return null;
  const account = accountOf(service);
  if (!account.ok) {
    await readStatementAgain(world.db, service.id, REFUSED_SECONDS);
    return [];
  }
  const found: ReadLine[] = [];
  const asked = { left: MOST_QUESTIONS };
  for (const window of statementWindows(service.statementReadTo, service.createdAt, world.now())) {
    if (performance.now() > until) break;
    const read = await readWindow(world, account.value, window, asked);
    if (!read.ok) {
      const { code, credentials, retryAfterSeconds } = read.error;
      log.warn("statement.unread", { serviceId: service.id, provider: service.provider, code });
      await readStatementAgain(
        world.db,
        service.id,
        Math.max(retryAfterSeconds ?? 0, credentials ? REFUSED_SECONDS : AGAIN_SECONDS),
      );
      return [...found, { id: service.id, unread: read.error }];
    }
    found.push(...(await keepNews(world, service, read.value)));
    if (window.readTo) await noteStatementRead(world.db, service.id, window.readTo);
  }
  await readStatementAgain(world.db, service.id, REST_SECONDS);
  return found;
}

/** The lines of these hours; where they are more than fit into one answer, half of the hours after the other. */
async function readWindow(
  world: World,
  account: ServiceAccount,
  { from, to }: StatementWindow,
  asked: { left: number },
): Promise<Result<StatementLine[], ProviderFailure>> {
  const ask = world.findProvider(account.provider).readStatement;
  if (!ask || asked.left-- <= 0) return refuse({ kind: "unavailable", code: "too_many_questions", message: "" });
  const read = await ask(account, { from, to });
  if (read.ok) {
    const { lines, unreadable } = read.value;
    if (unreadable > 0) log.warn("statement.unreadable", { serviceId: account.id, count: unreadable });
    return ok(lines);
  }
  const ms = to.getTime() - from.getTime();
  if (read.error.code !== "answer_too_large" || ms <= SHORTEST_WINDOW_MS) return read;
  const half = new Date(from.getTime() + Math.floor(ms / 2));
  const first = await readWindow(world, account, { from, to: half }, asked);
  if (!first.ok) return first;
  const second = await readWindow(world, account, { from: half, to }, asked);
  return second.ok ? ok([...first.value, ...second.value]) : second;
}

/** Of these lines, what our books do not say: about a payment of this service, or with a reference that only we could have given. */
async function keepNews(world: World, service: ServiceRow, lines: readonly StatementLine[]): Promise<ReadLine[]> {
  if (lines.length === 0) return [];
  const references = lines.map(({ reference }) => reference).filter((text): text is PaymentId => isId("pay", text));
  const providerIds = lines.map(({ providerPaymentId }) => providerPaymentId);
  const known = await paymentsNamed(world.db, service.provider, { references, providerIds });
  const byName = new Map<string, PaymentRow>();
  for (const row of known) {
    if (row.providerPaymentId) byName.set(row.providerPaymentId, row);
    byName.set(row.id, row);
  }
  const news: ReadLine[] = [];
  for (const line of lines) {
    const payment = byName.get(line.reference ?? "") ?? byName.get(line.providerPaymentId) ?? null;
    if (!isNews(line, payment, service)) continue;
    const raw = keptLine(line);
    const kept = await keepStatementLine(world.db, {
      serviceId: service.id,
      eventKey: lineKey(line),
      reference: line.reference ?? line.providerPaymentId,
      raw,
      // The task takes over what this run does not finish.
      nextAttemptAt: new Date(world.now().getTime() + 60_000),
    });
    const own = payment?.providerPaymentId === line.providerPaymentId;
    const askedAt = payment?.checkedAt?.getTime() ?? 0;
    const again = kept.state === "applied" && own && world.now().getTime() - askedAt > ASK_AGAIN_MS;
    if (kept.isNew || again) {
      const { isNew: _, ...row } = kept;
      news.push({ ...row, raw: Buffer.from(raw) });
    }
  }
  return news;
}

/** Another program's sales on the same account are none of ours. */
function isNews(line: StatementLine, payment: PaymentRow | null, service: ServiceRow): boolean {
  if (payment)
    return (
      payment.serviceId === service.id &&
      saysMore(line, { providerPaymentId: payment.providerPaymentId, facts: factsOf(payment) })
    );
  return isId("pay", line.reference) && line.money !== "none" && line.backMinor < line.amountMinor;
}
