import type { z } from "zod";
import {
  createServiceInput,
  type ProviderKindView,
  type ServiceView,
  type updateServiceInput,
} from "#lib/contracts/services";
import { type Currency, currencyOfNumeric, isCurrency, numericCodeOf } from "#lib/domain/money";
import type { Provider } from "#lib/domain/provider";
import type { FieldError } from "#lib/domain/refusal";
import { contractErrors } from "./contract-errors.ts";

/**
 * A payment service as the form holds it: numbers are the text that was typed, and a credential is null while the stored one
 * stays. Pure; the form shows it and the API judges it by the same contract.
 */
export type ServiceDraft = {
  name: string;
  description: string;
  currencyNumeric: string;
  paymentType: ServiceView["paymentType"];
  validitySeconds: string;
  holdMarginHours: string;
  customerMayRenew: boolean;
  customerMayPayWhole: boolean;
  mode: ServiceView["mode"];
  logo: string | null;
  enabled: boolean;
  alwaysInclude: boolean;
  credentials: Record<string, string | null>;
};

/** A currency's numeric code the way ISO 4217 writes it: three digits. */
const threeDigits = (code: number): string => String(code).padStart(3, "0");

export function draftOf(service: ServiceView): ServiceDraft {
  return {
    name: service.name,
    description: service.description ?? "",
    currencyNumeric: threeDigits(service.currencyNumeric),
    paymentType: service.paymentType,
    validitySeconds: String(service.validitySeconds),
    holdMarginHours: String(service.holdMarginHours),
    customerMayRenew: service.customerMayRenew,
    customerMayPayWhole: service.customerMayPayWhole,
    mode: service.mode,
    logo: service.logo,
    enabled: service.enabled,
    alwaysInclude: service.alwaysInclude,
    credentials: Object.fromEntries(
      service.credentials.map((field) => [field.name, field.secret ? null : field.value]),
    ),
  };
}

/** What a new service of a type starts with. Test mode and four hours are the careful choice. */
export function newDraft(kind: ProviderKindView, name: string): ServiceDraft {
  return {
    name,
    description: "",
    currencyNumeric: threeDigits(numericCodeOf("UAH")),
    paymentType: kind.capabilities.holds ? "withholding" : "debit",
    validitySeconds: String(Math.min(14_400, kind.capabilities.maxValiditySeconds)),
    holdMarginHours: "24",
    customerMayRenew: true,
    customerMayPayWhole: false,
    mode: "test",
    logo: null,
    enabled: false,
    alwaysInclude: false,
    credentials: Object.fromEntries(kind.credentialFields.map((field) => [field.name, ""])),
  };
}

/**
 * A key as it is sent. Copying one out of a bank's page often takes a space or a line break along; those are removed from both
 * ends, and the person is told.
 */
export function cleanKey(text: string): { value: string; removed: boolean } {
  const value = text.replace(EDGE_SPACE, "");
  return { value, removed: value !== text };
}
const EDGE_SPACE = /^[\s\u00a0\u200b\ufeff]+|[\s\u00a0\u200b\ufeff]+$/g;

/** `980` or `UAH` → UAH; null for a code that ISO 4217 does not list. */
export function currencyOfCode(text: string): Currency | null {
  const code = text.trim().toUpperCase();
  if (isCurrency(code)) return code;
  return /^\d{1,3}$/.test(code) ? currencyOfNumeric(Number(code)) : null;
}

/** Whole numbers only: `14400`, `14 400`. NaN for anything else, which the contract then refuses. */
function wholeNumber(text: string): number {
  const plain = text.replace(/[\s\u00a0]/g, "");
  return /^\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
}

export type CreateBody = z.input<typeof createServiceInput>;
export type UpdateBody = z.input<typeof updateServiceInput>;
type Fields = Omit<Required<CreateBody>, "provider" | "credentials">;

function fieldsOf(draft: ServiceDraft): Fields {
  const currency = currencyOfCode(draft.currencyNumeric);
  return {
    name: draft.name.trim(),
    description: draft.description.trim() || null,
    currencyNumeric: currency ? numericCodeOf(currency) : Number.NaN,
    paymentType: draft.paymentType,
    validitySeconds: wholeNumber(draft.validitySeconds),
    holdMarginHours: wholeNumber(draft.holdMarginHours),
    customerMayRenew: draft.customerMayRenew,
    customerMayPayWhole: draft.customerMayPayWhole,
    mode: draft.mode,
    logo: draft.logo,
    enabled: draft.enabled,
    alwaysInclude: draft.alwaysInclude,
  };
}

/** Keys that were typed, cleaned; those left alone are not sent. */
function typedKeys(draft: ServiceDraft): Record<string, string> {
  return Object.fromEntries(
    Object.entries(draft.credentials).flatMap(([name, typed]) =>
      typed === null || cleanKey(typed).value === "" ? [] : [[name, cleanKey(typed).value]],
    ),
  );
}

/** Stored values that need not be there and were emptied. */
const emptiedKeys = (draft: ServiceDraft, stored: Stored): Record<string, string> =>
  Object.fromEntries(
    stored
      .filter(({ name, required, value }) => !required && value && cleanKey(draft.credentials[name] ?? "").value === "")
      .map(({ name }) => [name, ""]),
  );

/** Keys that a service cannot be without and that somebody emptied: to be filled in, or left as they were. */
export const emptiedKeyErrors = (draft: ServiceDraft, stored: Stored): FieldError[] =>
  stored
    .filter(({ name, required, value, last4 }) => {
      const typed = draft.credentials[name];
      return required && (value ?? last4) !== null && typed != null && cleanKey(typed).value === "";
    })
    .map(({ name }) => ({ field: `credentials.${name}`, code: "required" }));
type Stored = ServiceView["credentials"];

export const createBody = (provider: Provider, draft: ServiceDraft): CreateBody => ({
  provider,
  ...fieldsOf(draft),
  credentials: typedKeys(draft),
});

/**
 * Only what differs from the version the person saw; null when nothing does. The description always travels along: the
 * contract reads a text that is left out as an empty one.
 */
export function updateBody(draft: ServiceDraft, base: ServiceView): UpdateBody | null {
  const now = fieldsOf(draft);
  const before = fieldsOf(draftOf(base));
  const changed = Object.entries(now).filter(([name, value]) => value !== before[name as keyof Fields]);
  const keys = { ...typedKeys(draft), ...emptiedKeys(draft, base.credentials) };
  const credentials = Object.entries(keys).filter(
    ([name, value]) => base.credentials.find((field) => field.name === name)?.value !== value,
  );
  if (changed.length === 0 && credentials.length === 0) return null;
  return {
    ...Object.fromEntries(changed),
    description: now.description,
    ...(credentials.length > 0 ? { credentials: Object.fromEntries(credentials) } : {}),
    version: base.version,
  };
}

/** True when saving would send new keys: the last test then says nothing about them. */
export const changesKeys = (draft: ServiceDraft, base: ServiceView): boolean =>
  updateBody(draft, base)?.credentials !== undefined;

/** Names of required credentials that are neither stored nor typed. */
export function missingKeys(draft: ServiceDraft, stored: ServiceView["credentials"]): string[] {
  return Object.entries(draft.credentials).flatMap(([name, typed]) => {
    const field = stored.find((candidate) => candidate.name === name);
    if (field && !field.required) return [];
    const has = typed === null ? field?.last4 != null || field?.value != null : cleanKey(typed).value !== "";
    return has ? [] : [name];
  });
}

/**
 * What the API would refuse, told before asking it: the contract's own rules, the currency list and the longest validity the
 * provider allows. Empty when all is well.
 */
export function draftErrors(provider: Provider, draft: ServiceDraft, maxValiditySeconds: number): FieldError[] {
  const errors = contractErrors(createServiceInput, createBody(provider, draft));
  if (wholeNumber(draft.validitySeconds) > maxValiditySeconds) {
    const rest = errors.filter((error) => error.field !== "validitySeconds");
    return [...rest, { field: "validitySeconds", code: "above_provider_limit", params: { max: maxValiditySeconds } }];
  }
  return errors;
}

/** The service was changed elsewhere: what was typed here stays, everything untouched takes the newer value. */
export function rebase(draft: ServiceDraft, seen: ServiceView, newer: ServiceView): ServiceDraft {
  const [before, after] = [draftOf(seen), draftOf(newer)];
  const pick = <K extends keyof ServiceDraft>(name: K): ServiceDraft[K] =>
    draft[name] === before[name] ? after[name] : draft[name];
  return {
    name: pick("name"),
    description: pick("description"),
    currencyNumeric: pick("currencyNumeric"),
    paymentType: pick("paymentType"),
    validitySeconds: pick("validitySeconds"),
    holdMarginHours: pick("holdMarginHours"),
    customerMayRenew: pick("customerMayRenew"),
    customerMayPayWhole: pick("customerMayPayWhole"),
    mode: pick("mode"),
    logo: pick("logo"),
    enabled: pick("enabled"),
    alwaysInclude: pick("alwaysInclude"),
    credentials: Object.fromEntries(
      Object.entries(after.credentials).map(([name, value]) => {
        const typed = draft.credentials[name];
        return [name, typed === undefined || typed === before.credentials[name] ? value : typed];
      }),
    ),
  };
}

/** Fields that somebody else changed in the meantime, by their names in the contract. */
export function changedBetween(seen: ServiceView, newer: ServiceView): string[] {
  const [before, after] = [fieldsOf(draftOf(seen)), fieldsOf(draftOf(newer))];
  const fields = Object.keys(after).filter((name) => before[name as keyof Fields] !== after[name as keyof Fields]);
  const keysOf = (service: ServiceView) =>
    service.credentials
      .map((field) => `${field.name}:${field.value ?? ""}:${field.last4 ?? ""}:${field.changedAt ?? ""}`)
      .join();
  return keysOf(seen) === keysOf(newer) ? fields : [...fields, "credentials"];
}
