import { type PlaceholderValues, TEMPLATE_KINDS, type TemplateKind } from "#lib/domain/message";
import type { Locale } from "#lib/i18n/locale";
import en from "../i18n/messages/en.json" with { type: "json" };
import uk from "../i18n/messages/uk.json" with { type: "json" };

const words = { en: en.mail, uk: uk.mail };

/** The words around a message's own text. */
export const frameWords = (language: Locale) => words[language].frame;

/** `typed` is a text that a person wrote for one message: nothing in it is filled in. */
/** `label`: what the button says where the link leads to something else than an order. */
export type Template = { subject: string; body: string; typed?: string; label?: string };

/** How a message reads until the company writes its own. */
export const builtInTemplate = (kind: TemplateKind, language: Locale): Template => words[language].template[kind];

/** The same as a text message: one short paragraph. */
export const smsText = (kind: TemplateKind, language: Locale): string => words[language].sms[kind];

/** Money that was only reserved and is free again: nothing of it comes back to anybody. */
export const releasedWords = (language: Locale): Template & { sms: string } => words[language].released;

/** What a member of staff is told about their own account; null where that is not what a notice is about. */
export const accountTemplate = (notice: unknown, language: Locale): Template | null =>
  notice === "password_reset" || notice === "password_changed" ? words[language].account[notice] : null;

/** Values for a preview: an order that does not exist. */
export const sampleValues = (language: Locale): PlaceholderValues => words[language].sample;

export const isTemplateKind = (kind: string): kind is TemplateKind =>
  (TEMPLATE_KINDS as readonly string[]).includes(kind);
