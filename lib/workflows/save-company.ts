import { writeAudit } from "#db/queries/audit";
import { type CompanyRow, databaseKnowsZone, lockCompany, saveCompany } from "#db/queries/company";
import { findSeries, type SeriesRow, saveSeries } from "#db/queries/document-numbers";
import { transact } from "#db/transact";
import type { CompanyInput } from "#lib/contracts/company";
import { fingerprint } from "#lib/crypto";
import { parsePercent } from "#lib/domain/order-line";
import { type FieldError, invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { auditActor } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Changes what is sent and nothing else; refused when somebody else saved in between. The first save describes the company. */
export async function saveCompanySettings(
  world: World,
  actor: Actor,
  input: CompanyInput,
): Promise<Result<null, Refusal>> {
  return transact<null, Refusal>(world.db, async (tx) => {
    const before = await lockCompany(tx);
    const version = before?.version ?? 0;
    if (version !== input.version)
      return refuse({ kind: "version_conflict", currentVersion: version, yourVersion: input.version });

    const all = await findSeries(tx);
    const errors = errorsOf(input, before, all);
    if (input.zone !== undefined && !(await databaseKnowsZone(tx, input.zone)))
      errors.push({ field: "zone", code: "unknown_zone" });
    if (errors.length > 0) return refuse(invalid(...errors));

    const changes = changesOf(input);
    const name = input.name ?? before?.name ?? "";
    await saveCompany(tx, { ...changes, name, version: version + 1 });
    for (const { kind, prefix, next } of input.series ?? []) await saveSeries(tx, kind, { prefix, next: BigInt(next) });

    const named = (input.series ?? []).map(({ kind }) => kind);
    const numbers = (rows: SeriesRow[]) =>
      named.length === 0
        ? {}
        : {
            series: rows
              .filter(({ kind }) => named.includes(kind))
              .map((row) => `${row.kind}: ${row.prefix}${row.next}`)
              .sort(),
          };
    await writeAudit(tx, {
      actor: auditActor(actor),
      action: "company.changed",
      entity: "company",
      entityId: "company",
      before: before && { ...pick(before, changes), ...numbers(all) },
      after: { ...written(changes), ...numbers(await findSeries(tx)) },
    });
    return ok(null);
  });
}

function errorsOf(input: CompanyInput, before: CompanyRow | null, all: SeriesRow[]): FieldError[] {
  const errors: FieldError[] = [];
  if (!before && input.name === undefined) errors.push({ field: "name", code: "required" });
  const currency = input.currency ?? before?.currency ?? "UAH";
  if (input.offlineLimit && input.offlineLimit.currency !== currency)
    errors.push({ field: "offlineLimit.currency", code: "other_currency" });
  const prefixes = new Map(all.map(({ kind, prefix }) => [kind, prefix]));
  for (const { kind, prefix } of input.series ?? []) prefixes.set(kind, prefix);
  for (const [index, { kind, prefix, next }] of (input.series ?? []).entries()) {
    const present = all.find((row) => row.kind === kind)?.next ?? 1n;
    if (BigInt(next) < present)
      errors.push({ field: `series.${index}.next`, code: "goes_back", params: { min: present.toString() } });
    if ([...prefixes].some(([other, taken]) => other !== kind && taken === prefix))
      errors.push({ field: `series.${index}.prefix`, code: "taken" });
  }
  return errors;
}

type Changes = Partial<Omit<CompanyRow, "id" | "version">>;

function changesOf({
  version: _version,
  series: _series,
  offlineLimit,
  defaultVatPercent,
  ...rest
}: CompanyInput): Changes {
  const changes: Changes = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (offlineLimit !== undefined)
    changes.offlineLimitMinor = offlineLimit === null ? null : BigInt(offlineLimit.amount);
  if (defaultVatPercent !== undefined) changes.defaultVatBp = parsePercent(defaultVatPercent) ?? 0;
  return changes;
}

/** For the audit log: the picture as its fingerprint. */
const written = (changes: Changes): Record<string, unknown> =>
  "logo" in changes ? { ...changes, logo: changes.logo ? fingerprint(changes.logo) : null } : { ...changes };

const pick = (row: CompanyRow, changes: Changes): Record<string, unknown> =>
  written(Object.fromEntries(Object.keys(changes).map((name) => [name, row[name as keyof Changes]])));
