"use client";
import { Button, Label, TextArea, TextField } from "@heroui/react";
import { MessageSquareX, Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { MessageLine } from "#components/message-line";
import { ProblemLine } from "#components/problem-line";
import { Time } from "#components/time";
import { showToast } from "#components/toaster";
import { asProblem } from "#lib/api/http";
import { saveSms, sendTestSms } from "#lib/api/messages";
import type { MessageSettingsView, SmsGatewayInput, TestMailView } from "#lib/contracts/messages";
import type { Problem } from "#lib/contracts/problem";
import { FieldPair, FormSection } from "./form-section";
import { SegmentField } from "./segment-field";
import { SwitchField } from "./switch-field";
import { SettingsTextField } from "./text-field";

const METHODS = ["POST", "PUT", "GET"] as const;
const MOST_HEADERS = 10;
const NEW: SmsGatewayInput = {
  enabled: false,
  url: "",
  method: "POST",
  headers: [
    { name: "Authorization", value: "Bearer {secret}" },
    { name: "Content-Type", value: "application/json" },
  ],
  body: '{"to": "{to}", "text": "{text}"}',
};

/** The gateway that text messages leave through: any that takes one HTTP request for one message. */
export function SmsForm({
  settings,
  onSaved,
}: {
  settings: MessageSettingsView;
  onSaved: (fresh: MessageSettingsView) => void;
}) {
  const t = useTranslations("messageSettings.sms");
  const words = useTranslations("messages");
  const stored = settings.sms;
  const [gateway, setGateway] = useState<SmsGatewayInput>(() => {
    if (!stored) return NEW;
    const { secret: _secret, ...rest } = stored;
    return rest;
  });
  const [secret, setSecret] = useState<string | null>(stored?.secret ? null : "");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [to, setTo] = useState("");
  const [tested, setTested] = useState<TestMailView | null>(null);
  const write = (part: Partial<SmsGatewayInput>) => setGateway((now) => ({ ...now, ...part }));
  const header = (at: number, part: Partial<SmsGatewayInput["headers"][number]>) =>
    write({ headers: gateway.headers.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  const run = async (work: () => Promise<void>) => {
    setProblem(null);
    setTested(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const save = () =>
    run(async () => {
      const headers = gateway.headers.filter(({ name, value }) => name.trim() !== "" || value.trim() !== "");
      const fresh = await saveSms(settings.version, { ...gateway, headers, ...(secret === null ? {} : { secret }) });
      onSaved(fresh);
      setSecret(fresh.sms?.secret ? null : "");
      showToast({ text: t("saved") });
    });
  const test = () => run(async () => setTested(await sendTestSms(to)));
  const errorOf = (field: string) => problem?.errors?.find((error) => error.field === field)?.message ?? null;
  const headerError = problem?.errors?.find(({ field }) => field.startsWith("sms.headers"))?.message ?? null;

  return (
    <FormSection title={t("title")} hint={t("hint")}>
      <SwitchField
        name="sms.enabled"
        label={t("enabled")}
        isOn={gateway.enabled}
        onChange={(enabled) => write({ enabled })}
        hint={t("enabledHint")}
      />
      <FieldPair>
        <SettingsTextField
          name="sms.url"
          label={t("url")}
          value={gateway.url}
          onChange={(url) => write({ url })}
          error={errorOf("sms.url")}
          placeholder="https://"
          maxLength={1000}
          autoComplete="off"
          spellCheck="false"
        />
        <SegmentField
          label={t("method")}
          value={gateway.method}
          onChange={(method) => write({ method })}
          options={METHODS.map((value) => ({ value, label: value }))}
        />
      </FieldPair>
      <fieldset className="grid gap-2">
        <legend className="label mb-1">{t("headers")}</legend>
        {gateway.headers.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a header has no other name than its place while it is typed
          <div key={at} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] gap-2">
            <input
              className="input"
              aria-label={t("headerName")}
              placeholder={t("headerName")}
              value={one.name}
              onChange={({ target }) => header(at, { name: target.value })}
              maxLength={60}
              spellCheck={false}
            />
            <input
              className="input"
              aria-label={t("headerValue")}
              placeholder={t("headerValue")}
              value={one.value}
              onChange={({ target }) => header(at, { value: target.value })}
              maxLength={500}
              spellCheck={false}
            />
            <Button
              isIconOnly
              variant="ghost"
              aria-label={t("removeHeader", { name: one.name })}
              onPress={() => write({ headers: gateway.headers.filter((_, index) => index !== at) })}
            >
              <Trash2 aria-hidden="true" />
            </Button>
          </div>
        ))}
        {headerError && <p className="text-xs text-danger-soft-foreground">{headerError}</p>}
        {gateway.headers.length < MOST_HEADERS && (
          <Button
            variant="outline"
            size="sm"
            className="w-fit"
            onPress={() => write({ headers: [...gateway.headers, { name: "", value: "" }] })}
          >
            <Plus aria-hidden="true" />
            {t("addHeader")}
          </Button>
        )}
      </fieldset>
      {gateway.method !== "GET" && (
        <TextField
          name="sms.body"
          value={gateway.body}
          onChange={(body) => write({ body })}
          isInvalid={errorOf("sms.body") !== null}
          validationBehavior="aria"
          fullWidth
        >
          <Label>{t("body")}</Label>
          <TextArea rows={4} maxLength={4000} spellCheck="false" />
        </TextField>
      )}
      {errorOf("sms.body") && <p className="text-xs text-danger-soft-foreground">{errorOf("sms.body")}</p>}
      <p className="text-xs text-muted">{t("help", { to: "{to}", text: "{text}", secret: "{secret}" })}</p>
      {secret === null && stored?.secret ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="label">{t("secret", { name: "{secret}" })}</span>
          <span className="num">•••• {stored.secret.last4}</span>
          <span className="text-xs text-muted">
            <Time at={stored.secret.changedAt} form="date" /> · {stored.secret.changedByName}
          </span>
          <Button variant="ghost" size="sm" onPress={() => setSecret("")}>
            {t("replace")}
          </Button>
        </div>
      ) : (
        <SettingsTextField
          name="sms.secret"
          label={t("secret", { name: "{secret}" })}
          value={secret ?? ""}
          onChange={setSecret}
          error={errorOf("sms.secret")}
          maxLength={1000}
          autoComplete="off"
          spellCheck="false"
        />
      )}
      {problem && !problem.errors && <ProblemLine what={t("notSaved")} problem={problem} />}
      <div>
        <Button variant="outline" onPress={() => void save()}>
          {t("save")}
        </Button>
      </div>
      {stored && (
        <div className="flex flex-wrap items-end gap-2">
          <div className="w-56">
            <SettingsTextField
              name="to"
              label={t("testTo")}
              value={to}
              onChange={setTo}
              error={errorOf("to")}
              placeholder="+380501234567"
              maxLength={32}
            />
          </div>
          <ActionButton label={t("test")} pendingLabel={t("testing")} disabledReason={null} onPress={test} />
        </div>
      )}
      <div role="status">
        {tested?.sent && <p className="text-success-soft-foreground">{t("testSent", { said: tested.said ?? "" })}</p>}
        {tested && !tested.sent && (
          <MessageLine icon={<MessageSquareX className="icon" />} tone="bad" title={t("testFailed")}>
            {words("why", { fault: tested.fault ?? "" })} {tested.said && <q>{tested.said}</q>}
          </MessageLine>
        )}
      </div>
    </FormSection>
  );
}
