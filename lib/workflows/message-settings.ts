import { companyRow } from "#db/queries/company";
import {
  lockMessageSettings,
  placeOfSmsSecret,
  type StoredSmsGateway,
  saveMessageSettings,
} from "#db/queries/message-settings";
import { findTemplate, forgetTemplate, saveTemplate } from "#db/queries/message-templates";
import { transact } from "#db/transact";
import type { MessageSettingsInput, PreviewView, SmsGatewayInput } from "#lib/contracts/messages";
import { seal } from "#lib/crypto";
import type { UserId } from "#lib/domain/ids";
import { type TemplateKind, unknownPlaceholders } from "#lib/domain/message";
import { type FieldError, invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { smsGatewayProblems } from "#lib/domain/sms";
import { env } from "#lib/env";
import type { Locale } from "#lib/i18n/locale";
import { letterOf } from "#lib/mail/letter";
import { sampleValues, type Template } from "#lib/mail/words";
import { pages } from "#lib/paths";
import { auditActor, emptyStory, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

type Named = { kind: TemplateKind; language: Locale };

/** Which messages are sent without anybody asking, and through what text messages leave. */
export async function updateMessageSettings(
  world: World,
  actor: Actor,
  input: MessageSettingsInput,
): Promise<Result<{ version: number }, Refusal>> {
  return transact<{ version: number }, Refusal>(world.db, async (tx) => {
    const before = await lockMessageSettings(tx);
    if (before.version !== input.version)
      return refuse({ kind: "version_conflict", currentVersion: before.version, yourVersion: input.version });
    const automatic = { ...before.automatic, ...input.automatic };
    const sms = input.sms ? gatewayOf(world, actor, input.sms, before.sms) : before.sms;
    const wrong = input.sms && sms ? smsGatewayProblems(sms, env().mode !== "production") : [];
    if (wrong.length > 0) return refuse(invalid(...wrong));
    const version = before.version + 1;
    await saveMessageSettings(tx, { automatic, sms, version });
    await tellStory(tx, {
      ...emptyStory(),
      audits: [
        {
          actor: auditActor(actor),
          action: "message_settings.changed",
          entity: "company",
          entityId: "company",
          before: { automatic: before.automatic, sms: snapshotOf(before.sms) },
          after: { automatic, sms: snapshotOf(sms) },
        },
      ],
    });
    return ok({ version });
  });
}

/** A gateway as it will be kept: a secret that was not sent stays, with its date. */
function gatewayOf(
  world: World,
  actor: Actor,
  { secret, ...gateway }: SmsGatewayInput,
  before: StoredSmsGateway | null,
): StoredSmsGateway {
  if (secret === undefined) return { ...gateway, secret: before?.secret ?? null };
  if (secret === "") return { ...gateway, secret: null };
  const changedAt = world.now().toISOString();
  return {
    ...gateway,
    secret: {
      sealed: seal(secret, placeOfSmsSecret(changedAt)),
      last4: secret.slice(-4),
      changedAt,
      changedByName: actor.name,
    },
  };
}

/** For the audit log: of the secret a name by which two can be compared, never the secret. */
function snapshotOf(gateway: StoredSmsGateway | null): Record<string, unknown> | null {
  if (!gateway) return null;
  const { secret, ...rest } = gateway;
  return { ...rest, secret: secret && `…${secret.last4}, ${secret.changedAt}` };
}

/** The company's own wording of a message; null goes back to the built-in one. */
export async function saveWording(
  world: World,
  actor: Actor,
  { kind, language }: Named,
  words: Template | null,
): Promise<Result<Named, Refusal>> {
  const wrong = words ? placeholderErrors(words) : [];
  if (wrong.length > 0) return refuse(invalid(...wrong));
  return transact<Named, Refusal>(world.db, async (tx) => {
    // One writer at a time; the audit row names what was there.
    await lockMessageSettings(tx);
    const before = await findTemplate(tx, kind, language);
    if (words)
      await saveTemplate(tx, {
        kind,
        language,
        subject: words.subject,
        body: words.body,
        updatedBy: actor.kind === "user" ? (actor.id as UserId) : null,
        updatedAt: world.now(),
      });
    else await forgetTemplate(tx, kind, language);
    await tellStory(tx, {
      ...emptyStory(),
      audits: [
        {
          actor: auditActor(actor),
          action: "message_template.changed",
          entity: "company",
          entityId: `${kind}:${language}`,
          before,
          after: words,
        },
      ],
    });
    return ok({ kind, language });
  });
}

/** Names in braces that mean nothing are refused, each field by its first. */
export const placeholderErrors = (words: Template): FieldError[] =>
  (["subject", "body"] as const).flatMap((field) => {
    const [name] = unknownPlaceholders(words[field]);
    return name === undefined ? [] : [{ field, code: "unknown_placeholder", params: { name: `{${name}}` } }];
  });

/** Kinds that ask for nothing: their button opens the order. */
const OPENS: ReadonlySet<TemplateKind> = new Set(["paid_receipt", "hold_notice", "refund"]);

/** A wording as it will be read, with the company's own head and an order that does not exist. */
export async function previewOf(
  world: World,
  { kind, language }: Named,
  words: Template,
): Promise<Result<PreviewView, Refusal>> {
  const wrong = placeholderErrors(words);
  if (wrong.length > 0) return refuse(invalid(...wrong));
  const company = await companyRow(world.db);
  const sample = sampleValues(language);
  const contact = [company?.email, company?.phone].filter(Boolean).join(", ");
  const letter = letterOf({
    template: words,
    values: {
      ...sample,
      ...(company ? { company: company.name } : {}),
      ...(contact ? { contact } : {}),
      link: `${env().appUrl}${pages.pay("sample")}`,
      document: `${env().appUrl}${OPENS.has(kind) ? pages.payReceipt("sample", 1) : pages.payProForma("sample")}`,
    },
    language,
    sender: {
      name: company?.name ?? sample.company ?? "",
      address: company?.address ?? null,
      phone: company?.phone ?? null,
      email: company?.email ?? null,
    },
    button: OPENS.has(kind) ? "open" : "pay",
    test: false,
    logo: company?.logo ?? null,
  });
  return ok(letter);
}
