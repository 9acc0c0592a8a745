import { lockMessage, noteReport } from "#db/queries/messages";
import { transact } from "#db/transact";
import { stateAfterReport } from "#lib/domain/message";
import { ok } from "#lib/domain/result";
import { log } from "#lib/log";
import { readDeliveryReport } from "#lib/mail/delivery-report";
import { messageOfReturnPath } from "./return-path.ts";
import { undelivered } from "./staff-notices.ts";
import { emptyStory, tellStory } from "./story.ts";
import type { World } from "./world.ts";

const MAIL_SERVER = { id: "mail", name: "Mail" };

/** `noted`; `known`: said before, or overtaken; `not_ours`: about no message of ours; `not_a_report`: any other mail. */
export type MailReportOutcome = "noted" | "known" | "not_ours" | "not_a_report";

/**
 * Takes in a mail that came back. Which message it is about is proven by the return path that only this message had; what
 * the report says beside it is believed about this message alone.
 */
export async function receiveMailReport(world: World, raw: Uint8Array): Promise<MailReportOutcome> {
  const report = await readDeliveryReport(raw);
  if (!report) return "not_a_report";
  const id = messageOfReturnPath(report.addresses);
  if (!id) return "not_ours";
  const result = await transact<MailReportOutcome, never>(world.db, async (tx) => {
    const locked = await lockMessage(tx, id);
    if (!locked) return ok("not_ours");
    const { message, salespersonId } = locked;
    const state = stateAfterReport(message.state, report.outcome);
    if (!state) return ok("known");
    await noteReport(tx, id, { state: report.outcome, fault: report.reason, said: report.said });
    const { orderId, paymentId, recipient, channel, kind } = message;
    if (!orderId || kind === "staff_notice") return ok("noted");
    const story = emptyStory();
    story.timeline.push({
      orderId,
      paymentId,
      kind: report.outcome === "bounced" ? "message.bounced" : "message.delayed",
      params: { recipient, channel, kind, code: report.reason, ...(report.said ? { message: report.said } : {}) },
      actor: MAIL_SERVER,
      source: "holdpoint",
    });
    if (report.outcome === "bounced") story.notices.push(undelivered(message, salespersonId, report.reason));
    await tellStory(tx, story);
    return ok("noted");
  });
  log.info("message.reported", { state: report.outcome, reason: report.reason, code: result.ok ? result.value : null });
  return result.ok ? result.value : "known";
}
