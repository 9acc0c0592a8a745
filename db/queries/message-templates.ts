import { and, asc, eq } from "drizzle-orm";
import type { UserId } from "#lib/domain/ids";
import type { TemplateKind } from "#lib/domain/message";
import type { Database, Tx } from "../client.ts";
import { messageTemplates } from "../schema/messages.ts";
import { users } from "../schema/people.ts";

type Language = "en" | "uk";

/** The company's own wording; null while the built-in one is used. */
export async function findTemplate(db: Database | Tx, kind: string, language: Language) {
  const [row] = await db
    .select({ subject: messageTemplates.subject, body: messageTemplates.body })
    .from(messageTemplates)
    .where(and(eq(messageTemplates.kind, kind), eq(messageTemplates.language, language)));
  return row ?? null;
}

/** Every wording of the company's own, with who wrote it and when. */
export const allTemplates = (db: Database | Tx) =>
  db
    .select({
      kind: messageTemplates.kind,
      language: messageTemplates.language,
      subject: messageTemplates.subject,
      body: messageTemplates.body,
      updatedAt: messageTemplates.updatedAt,
      updatedByName: users.name,
    })
    .from(messageTemplates)
    .leftJoin(users, eq(users.id, messageTemplates.updatedBy))
    .orderBy(asc(messageTemplates.kind), asc(messageTemplates.language));

export async function saveTemplate(
  tx: Tx,
  template: {
    kind: TemplateKind;
    language: Language;
    subject: string;
    body: string;
    updatedBy: UserId | null;
    updatedAt: Date;
  },
): Promise<void> {
  const { kind: _kind, language: _language, ...changes } = template;
  await tx
    .insert(messageTemplates)
    .values(template)
    .onConflictDoUpdate({ target: [messageTemplates.kind, messageTemplates.language], set: changes });
}

/** Back to the built-in wording. */
export async function forgetTemplate(tx: Tx, kind: TemplateKind, language: Language): Promise<void> {
  await tx
    .delete(messageTemplates)
    .where(and(eq(messageTemplates.kind, kind), eq(messageTemplates.language, language)));
}
