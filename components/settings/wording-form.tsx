"use client";
import { Button, Label, TextArea, TextField } from "@heroui/react";
import { MailX } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { ActionButton } from "#components/action-button";
import { MessageLine } from "#components/message-line";
import { ProblemLine } from "#components/problem-line";
import { Time } from "#components/time";
import { showToast } from "#components/toaster";
import { asProblem } from "#lib/api/http";
import { forgetWording, previewWording, saveWording, sendTest } from "#lib/api/messages";
import type { MessageSettingsView, PreviewView, TestMailView } from "#lib/contracts/messages";
import type { Problem } from "#lib/contracts/problem";
import type { TemplateKind } from "#lib/domain/message";
import { LOCALES, type Locale } from "#lib/i18n/locale";
import { SegmentField } from "./segment-field";
import { SettingsTextField } from "./text-field";

type Words = { subject: string; body: string };
/** What is being written and not saved yet, by message and language: going from one to the other loses nothing. */
export type Drafts = Partial<Record<string, Words>>;
export const keyOf = ({ kind, language }: { kind: string; language: string }) => `${kind}:${language}`;
export const isChanged = (draft: Words | undefined, stored: Words): boolean =>
  draft !== undefined && (draft.subject !== stored.subject || draft.body !== stored.body);

const PREVIEW_AFTER_MS = 350;

/** The wording of one message, beside what becomes of it. */
export function WordingForm({
  kind,
  settings,
  drafts,
  onDraft,
  onSaved,
}: {
  kind: TemplateKind;
  settings: MessageSettingsView;
  drafts: Drafts;
  onDraft: (key: string, words: Words | undefined) => void;
  onSaved: (fresh: MessageSettingsView) => void;
}) {
  const t = useTranslations("messageSettings");
  const words = useTranslations("messages");
  const [language, setLanguage] = useState<Locale>(useLocale());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [tested, setTested] = useState<TestMailView | null>(null);
  const body = useRef<HTMLTextAreaElement>(null);

  const stored = settings.templates.find((one) => one.kind === kind && one.language === language);
  const key = keyOf({ kind, language });
  const draft = drafts[key] ?? { subject: stored?.subject ?? "", body: stored?.body ?? "" };
  const isDirty = stored !== undefined && isChanged(drafts[key], stored);
  const { preview, refused } = usePreview(kind, language, draft);

  const write = (part: Partial<Words>) => {
    setProblem(null);
    setTested(null);
    onDraft(key, { ...draft, ...part });
  };
  /** Puts a placeholder where the text is being written. */
  const insert = (name: string) => {
    const field = body.current;
    const at = field?.selectionStart ?? draft.body.length;
    const end = field?.selectionEnd ?? at;
    write({ body: `${draft.body.slice(0, at)}{${name}}${draft.body.slice(end)}` });
    field?.focus();
  };
  const run = async (work: () => Promise<void>) => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const save = () =>
    run(async () => {
      onSaved(await saveWording({ kind, language }, draft));
      onDraft(key, undefined);
      showToast({ text: t("saved") });
    });
  const reset = () =>
    run(async () => {
      onSaved(await forgetWording({ kind, language }));
      onDraft(key, undefined);
    });
  const test = () => run(async () => setTested(await sendTest({ kind, language }, draft)));
  const errorOf = (field: string) =>
    (refused ?? problem)?.errors?.find((error) => error.field === field)?.message ?? null;

  return (
    <div className="grid gap-6 border-t border-border px-4 py-5 lg:px-6 wide:grid-cols-2">
      <div className="grid min-w-0 content-start gap-4">
        <SegmentField
          label={t("language")}
          value={language}
          onChange={setLanguage}
          options={LOCALES.map((value) => ({ value, label: t(`languages.${value}`) }))}
        />
        <SettingsTextField
          name="subject"
          label={t("subject")}
          value={draft.subject}
          onChange={(subject) => write({ subject })}
          error={errorOf("subject")}
          maxLength={200}
        />
        <TextField
          name="body"
          value={draft.body}
          onChange={(text) => write({ body: text })}
          isInvalid={errorOf("body") !== null}
          validationBehavior="aria"
          fullWidth
        >
          <Label>{t("body")}</Label>
          <TextArea ref={body} rows={14} maxLength={4000} aria-describedby="wording-help" />
        </TextField>
        {errorOf("body") && <p className="text-xs text-danger-soft-foreground">{errorOf("body")}</p>}
        <div className="grid gap-2">
          <p id="wording-help" className="text-xs text-muted">
            {t("help", { braces: "{link}" })}
          </p>
          <ul className="flex flex-wrap gap-1">
            {settings.placeholders.map((name) => (
              <li key={name}>
                <button
                  type="button"
                  className="button button--outline button--sm"
                  title={t(`placeholder.${name}`)}
                  onClick={() => insert(name)}
                >
                  {`{${name}}`}
                </button>
              </li>
            ))}
          </ul>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="primary" isDisabled={!isDirty} onPress={() => void save()}>
            {t("save")}
          </Button>
          <ActionButton
            label={t("test", { address: settings.testTo })}
            pendingLabel={t("testing")}
            disabledReason={settings.mailFrom ? null : t("off")}
            onPress={test}
          />
          {stored?.changed && (
            <ActionButton
              label={t("reset")}
              variant="ghost"
              disabledReason={null}
              confirm={{ title: t("resetTitle"), body: t("resetBody"), confirmLabel: t("reset") }}
              onPress={reset}
            />
          )}
        </div>
        {stored?.changed ? (
          <p className="text-xs text-muted">
            {t.rich("changed", {
              name: stored.changed.byName ?? "—",
              at: () => <Time at={stored.changed?.at ?? ""} form="timeOrMoment" />,
            })}
          </p>
        ) : (
          <p className="text-xs text-muted">{t("builtIn")}</p>
        )}
        {problem && !problem.errors && <ProblemLine what={t("notSaved")} problem={problem} />}
        <div role="status">
          {tested?.sent && <p className="text-success-soft-foreground">{t("testSent", { address: tested.to })}</p>}
          {tested && !tested.sent && (
            <MessageLine icon={<MailX className="icon" />} tone="bad" title={t("testFailed")}>
              {words("why", { fault: tested.fault ?? "" })} {tested.said && <q>{tested.said}</q>}
            </MessageLine>
          )}
        </div>
      </div>
      <section className="grid min-w-0 content-start gap-2" aria-labelledby="preview-title">
        <h2 id="preview-title" className="font-semibold">
          {t("preview")}
        </h2>
        {preview && (
          <>
            <p className="text-muted wrap-anywhere">
              {t("subject")}: <b className="font-semibold text-foreground">{preview.subject}</b>
            </p>
            <iframe
              title={t("preview")}
              className="h-[36rem] w-full rounded border border-border bg-white"
              sandbox=""
              srcDoc={withNonce(preview.html)}
            />
            <details>
              <summary className="cursor-pointer">{t("asText")}</summary>
              <pre className="mt-2 rounded bg-surface-secondary p-3 text-xs wrap-anywhere whitespace-pre-wrap">
                {preview.text}
              </pre>
            </details>
          </>
        )}
      </section>
    </div>
  );
}

/** The letter's own style sheet, which the page's policy would keep out of the frame. */
const withNonce = (letter: string): string => {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? "";
  return letter.replace("<style>", `<style nonce="${nonce}">`);
};

/** What the server makes of the wording, a moment after it was last changed; the last good one stays while a word is unfinished. */
function usePreview(kind: TemplateKind, language: Locale, { subject, body }: Words) {
  const [preview, setPreview] = useState<PreviewView | null>(null);
  const [refused, setRefused] = useState<Problem | null>(null);
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(async () => {
      try {
        const made = await previewWording({ kind, language }, { subject, body });
        if (isOver) return;
        setPreview(made);
        setRefused(null);
      } catch (error) {
        if (!isOver) setRefused(asProblem(error));
      }
    }, PREVIEW_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [kind, language, subject, body]);
  return { preview, refused };
}
