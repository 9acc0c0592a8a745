import type { Tx } from "#db/client";
import { type AuditEntry, writeAudit } from "#db/queries/audit";
import {
  insertService,
  lockService,
  type NewService,
  type ServiceRow,
  saveService,
  serviceHasPayments,
  takeAlwaysInclude,
} from "#db/queries/services";
import { transact } from "#db/transact";
import type { CreateServiceInput, UpdateServiceInput } from "#lib/contracts/services";
import { fingerprint, seal, unseal } from "#lib/crypto";
import type { PaymentServiceId, UserId } from "#lib/domain/ids";
import { currencyOfNumeric } from "#lib/domain/money";
import { type CredentialField, isRequiredField, type PaymentProvider } from "#lib/domain/provider";
import { blocked, blocker, type FieldError, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { accountOf, placeOfCredential } from "./service-account.ts";
import { auditActor } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

type Saved = Result<{ serviceId: PaymentServiceId }, Refusal>;

/** Sets up an account at a provider. Secrets go in here and come out nowhere but in calls to that provider. */
export async function createService(world: World, actor: Actor, input: CreateServiceInput): Promise<Saved> {
  const id = newId(world, "svc");
  const provider = world.findProvider(input.provider);
  const errors = behaviourErrors(input, provider);
  const credentials = sealCredentials(world, actor, id, provider, input.credentials, {});
  errors.push(...credentials.errors);
  const currency = currencyOfNumeric(input.currencyNumeric);
  if (input.alwaysInclude && !input.enabled) errors.push({ field: "alwaysInclude", code: "not_enabled" });
  if (errors.length > 0 || !currency) return refuse(invalid(...errors));

  const row: NewService = {
    id,
    provider: input.provider,
    name: input.name,
    description: input.description,
    currency,
    currencyNumeric: input.currencyNumeric,
    paymentType: input.paymentType,
    validitySeconds: input.validitySeconds,
    holdMarginHours: input.holdMarginHours,
    customerMayRenew: input.customerMayRenew,
    customerMayPayWhole: input.customerMayPayWhole,
    mode: input.mode,
    logo: input.logo ?? null,
    enabled: input.enabled,
    alwaysInclude: input.alwaysInclude,
    ...summaryOf(provider, credentials.all),
    createdBy: actor.kind === "user" ? (actor.id as UserId) : null,
    createdAt: world.now(),
  };
  if (row.enabled && !row.credentialsComplete) return refuse(blocked(noKeys(input.name)));

  return transact<{ serviceId: PaymentServiceId }, Refusal>(world.db, async (tx) => {
    const audits = input.alwaysInclude ? await moveMark(tx, actor, id) : [];
    const made = await insertService(tx, row);
    await writeAudit(tx, ...audits, {
      actor: auditActor(actor),
      action: "payment_service.created",
      entity: "payment_service",
      entityId: id,
      after: snapshotOf(made),
    });
    return ok({ serviceId: id });
  });
}

/** Changes what is sent and nothing else; refused when somebody else saved in between. */
export async function updateService(
  world: World,
  actor: Actor,
  id: PaymentServiceId,
  input: UpdateServiceInput,
): Promise<Saved> {
  return transact<{ serviceId: PaymentServiceId }, Refusal>(world.db, async (tx) => {
    const audits = input.alwaysInclude ? await moveMark(tx, actor, id) : [];
    const before = await lockService(tx, id);
    if (!before) return refuse(notFound("payment_service"));
    if (before.version !== input.version)
      return refuse({ kind: "version_conflict", currentVersion: before.version, yourVersion: input.version });

    const provider = world.findProvider(before.provider);
    const wanted = { ...before, ...sentOnly(input) };
    const errors = behaviourErrors(wanted, provider);
    const credentials = sealCredentials(world, actor, id, provider, input.credentials ?? {}, before.credentials);
    errors.push(...credentials.errors);
    if (input.alwaysInclude && !wanted.enabled) errors.push({ field: "alwaysInclude", code: "not_enabled" });
    const currency = currencyOfNumeric(wanted.currencyNumeric);
    if (currency && currency !== before.currency && (await serviceHasPayments(tx, id)))
      errors.push({ field: "currencyNumeric", code: "has_payments" });
    if (errors.length > 0 || !currency) return refuse(invalid(...errors));

    const after: ServiceRow = {
      ...wanted,
      currency,
      // A service that makes no links cannot be the one that new orders get.
      alwaysInclude: wanted.alwaysInclude && wanted.enabled,
      ...summaryOf(provider, credentials.all),
      ...(credentials.changed ? { credentialsProblemAt: null, credentialsProblem: null } : {}),
      version: before.version + 1,
    };
    const isBeingEnabled = after.enabled && !before.enabled;
    if (after.enabled && (!after.credentialsComplete || (isBeingEnabled && !accountOf(after).ok)))
      return refuse(blocked(noKeys(after.name)));

    await saveService(tx, id, after);
    await writeAudit(tx, ...audits, {
      actor: auditActor(actor),
      action: "payment_service.changed",
      entity: "payment_service",
      entityId: id,
      before: snapshotOf(before),
      after: snapshotOf(after),
    });
    return ok({ serviceId: id });
  });
}

/** The fields of an update that were sent. */
function sentOnly(input: UpdateServiceInput): Partial<ServiceRow> {
  const { version: _version, credentials: _credentials, ...fields } = input;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

type Behaviour = Pick<ServiceRow, "currencyNumeric" | "paymentType" | "validitySeconds">;

/** What the contract cannot know: currencies, and what this kind of provider is able to do. */
function behaviourErrors(wanted: Behaviour, { capabilities }: PaymentProvider): FieldError[] {
  const errors: FieldError[] = [];
  if (!currencyOfNumeric(wanted.currencyNumeric)) errors.push({ field: "currencyNumeric", code: "unknown_currency" });
  if (wanted.paymentType === "withholding" && !capabilities.holds)
    errors.push({ field: "paymentType", code: "not_supported" });
  if (wanted.validitySeconds > capabilities.maxValiditySeconds)
    errors.push({ field: "validitySeconds", code: "too_long", params: { max: capabilities.maxValiditySeconds } });
  return errors;
}

type Credentials = ServiceRow["credentials"];

/** Seals what was typed and keeps what was not; a value that is already stored stays as it is, with its date. */
function sealCredentials(
  world: World,
  actor: Actor,
  serviceId: PaymentServiceId,
  provider: PaymentProvider,
  typed: Record<string, string>,
  stored: Credentials,
): { all: Credentials; changed: boolean; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const all: Credentials = { ...stored };
  let changed = false;
  for (const [name, text] of Object.entries(typed)) {
    const at = `credentials.${name}`;
    const field = provider.credentialFields.find((candidate) => candidate.name === name);
    const value = withoutEdges(text);
    const problem = field ? valueProblem(field, value) : "unknown_field";
    if (!field || problem) {
      errors.push({ field: at, code: problem ?? "unknown_field" });
      continue;
    }
    if (value === "") {
      changed ||= Object.hasOwn(all, name);
      delete all[name];
      continue;
    }
    const print = fingerprint(value);
    const kept = stored[name];
    if (kept?.fingerprint === print && opens(kept.sealed, placeOfCredential(serviceId, name, kept.changedAt))) continue;
    const changedAt = world.now().toISOString();
    changed = true;
    all[name] = {
      sealed: seal(value, placeOfCredential(serviceId, name, changedAt)),
      value: field.secret ? null : value,
      last4: value.slice(-4),
      fingerprint: print,
      changedAt,
      changedByName: actor.name,
    };
  }
  return { all, changed, errors };
}

/** A value that cannot be opened any more is sealed again even where it is the same one. */
function opens(sealed: string, place: string): boolean {
  try {
    unseal(sealed, place);
    return true;
  } catch {
    return false;
  }
}

/** Copying a key out of a bank's page often takes a space, a line break or an invisible character along. */
const withoutEdges = (text: string): string => text.replace(EDGES, "");
const EDGES = /^[\s\u00a0\u200b-\u200d\u2060\ufeff]+|[\s\u00a0\u200b-\u200d\u2060\ufeff]+$/g;

function valueProblem(field: CredentialField, value: string): string | null {
  if (value === "") return isRequiredField(field) ? "required" : null;
  if (value.length > field.maxLength) return "too_long";
  return field.pattern.test(value) ? null : "bad_format";
}

/** What the row says about its credentials as a whole. */
function summaryOf(provider: PaymentProvider, credentials: Credentials) {
  const prints = Object.entries(credentials).map(([name, { fingerprint: print }]) => `${name}=${print}`);
  return {
    credentials,
    credentialsComplete: provider.credentialFields.every(
      (field) => !isRequiredField(field) || Object.hasOwn(credentials, field.name),
    ),
    credentialsFingerprint: prints.length > 0 ? fingerprint(prints.sort().join("\n")) : null,
  };
}

const noKeys = (name: string) =>
  blocker("SERVICE_CREDENTIALS", "enable_service", "admin", ["open_settings"], { provider: name });

/** At most one service is included always: the mark leaves the others in the same transaction. */
async function moveMark(tx: Tx, actor: Actor, newHolder: PaymentServiceId): Promise<AuditEntry[]> {
  const others = await takeAlwaysInclude(tx, newHolder);
  return others.map((other) => ({
    actor: auditActor(actor),
    action: "payment_service.changed",
    entity: "payment_service",
    entityId: other.id,
    before: { alwaysInclude: true },
    after: { alwaysInclude: false },
    reason: `Always include moved to ${newHolder}`,
  }));
}

/** A service for the audit log: of secrets the fingerprint, of the picture its fingerprint too. */
function snapshotOf(row: ServiceRow): Record<string, unknown> {
  return {
    name: row.name,
    description: row.description,
    provider: row.provider,
    currency: row.currency,
    paymentType: row.paymentType,
    validitySeconds: row.validitySeconds,
    holdMarginHours: row.holdMarginHours,
    customerMayRenew: row.customerMayRenew,
    customerMayPayWhole: row.customerMayPayWhole,
    mode: row.mode,
    enabled: row.enabled,
    alwaysInclude: row.alwaysInclude,
    logo: row.logo ? fingerprint(row.logo) : null,
    credentials: Object.fromEntries(Object.entries(row.credentials).map(([name, kept]) => [name, kept.fingerprint])),
  };
}
