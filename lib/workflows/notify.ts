import type { Tx } from "#db/client";
import { type MessageDraft, queueMessages } from "#db/queries/messages";
import { insertNotices, recipientsOf } from "#db/queries/notices";
import { isId, type OrderId, type PaymentId, type UserId } from "#lib/domain/ids";
import type { MoneyView } from "#lib/domain/money";
import { type NoticeKind, noticePreferences } from "#lib/domain/notice";
import { ROLES, type Role } from "#lib/domain/roles";

/**
 * Something that members of staff should know. `to` names roles and single people (an order's salesperson; null where there
 * is none), `except` whoever did it: they know. Each person hears of one `dedupeKey` once, for good, whoever tells it again.
 */
export type NoticeFact = {
  kind: NoticeKind;
  to: readonly (Role | UserId | null)[];
  except?: string | null;
  orderId?: OrderId | null;
  paymentId?: PaymentId | null;
  params?: Record<string, MoneyView | string | number | null>;
  dedupeKey: string;
};

/** Writes notices in the transaction of what they tell, under the bell and by e-mail as each person prefers. */
export async function notify(tx: Tx, ...facts: NoticeFact[]): Promise<void> {
  await queueMessages(tx, ...(await writeNotices(tx, facts)));
}

/** Writes notices under the bell and answers with the e-mails that follow from them. */
export async function writeNotices(tx: Tx, facts: readonly NoticeFact[]): Promise<MessageDraft[]> {
  const mails: MessageDraft[] = [];
  for (const fact of facts) {
    const roles = ROLES.filter((role) => fact.to.includes(role));
    const people = fact.to.filter((one): one is UserId => isId("usr", one));
    if (roles.length === 0 && people.length === 0) continue;
    const recipients = (await recipientsOf(tx, { people, roles })).filter(({ id }) => id !== fact.except);
    const told = recipients.flatMap((person) => {
      const by = noticePreferences(person.preferences)[fact.kind];
      return by.app || by.mail ? [{ person, by }] : [];
    });
    const written = await insertNotices(
      tx,
      told.map(({ person, by }) => ({
        userId: person.id,
        kind: fact.kind,
        orderId: fact.orderId ?? null,
        paymentId: fact.paymentId ?? null,
        params: fact.params ?? {},
        dedupeKey: fact.dedupeKey,
        byMail: by.mail,
        quiet: !by.app,
      })),
    );
    mails.push(
      ...told
        .filter(({ person, by }) => by.mail && written.includes(person.id))
        .map(({ person }) => ({
          kind: "staff_notice" as const,
          orderId: fact.orderId ?? null,
          paymentId: fact.paymentId ?? null,
          userId: person.id,
          to: person.email,
          language: person.language,
          params: { ...fact.params, notice: fact.kind },
          dedupeKey: `notice:${person.id}:${fact.dedupeKey}`,
        })),
    );
  }
  return mails;
}
