"use client";
import { Button } from "@heroui/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Time } from "#components/time";
import { cleanKey } from "#lib/api/service-draft";
import type { ServiceView } from "#lib/contracts/services";
import { SettingsTextField } from "./text-field";

type Credential = ServiceView["credentials"][number];

/**
 * One key of a provider. A stored secret is a dashed line with its last four characters, never a field: it cannot be read
 * again, only replaced. `typed` null keeps the stored one.
 */
export function KeyField({
  credential,
  label,
  typed,
  onChange,
  onLeave,
  error,
}: {
  credential: Credential;
  label: string;
  typed: string | null;
  onChange: (typed: string | null) => void;
  onLeave: () => void;
  error: string | null;
}) {
  const t = useTranslations("services.secret");
  const [cleaned, setCleaned] = useState(false);
  const stored = credential.secret && credential.last4 !== null;
  if (stored && typed === null)
    return <StoredSecret credential={credential} label={label} onReplace={() => onChange("")} />;

  const change = (text: string) => {
    const key = cleanKey(text);
    // While somebody types, a space at the end may become part of the middle; a paste arrives whole.
    const pasted = text.length - (typed ?? "").length > 3;
    setCleaned(pasted && key.removed);
    onChange(pasted ? key.value : text);
  };
  return (
    <div className="flex items-start gap-2">
      <SettingsTextField
        name={`credentials.${credential.name}`}
        label={label}
        value={typed ?? ""}
        onChange={change}
        onBlur={() => {
          onLeave();
          const key = cleanKey(typed ?? "");
          if (key.removed && key.value !== "") setCleaned(true);
          if (key.removed) onChange(key.value);
        }}
        error={error}
        description={
          cleaned ? t("cleaned") : !typed && credential.example && t("shown", { example: credential.example })
        }
        maxLength={4000}
        autoComplete="off"
        spellCheck="false"
        autoFocus={stored}
      />
      {stored && (
        <Button variant="ghost" className="mt-5" onPress={() => onChange(null)}>
          {t("keepOld")}
        </Button>
      )}
    </div>
  );
}

function StoredSecret({
  credential,
  label,
  onReplace,
}: {
  credential: Credential;
  label: string;
  onReplace: () => void;
}) {
  const t = useTranslations("services.secret");
  const { last4, changedAt, changedByName } = credential;
  return (
    <div className="flex flex-col gap-1">
      <span className="label">{label}</span>
      <div className="flex min-h-(--control-h) flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-border border-dashed ps-2.5">
        <span>
          <span aria-hidden="true">•••••••••••• </span>
          <span className="unseen">{t("lastFour", { last: last4 ?? "" })}</span>
          <span className="num" aria-hidden="true">
            {last4}
          </span>
        </span>
        {changedAt && (
          <span className="text-xs text-muted">
            {t.rich("changed", { when: () => <Time at={changedAt} form="date" />, name: changedByName ?? "none" })}
          </span>
        )}
        <Button
          variant="ghost"
          size="sm"
          className="ms-auto"
          onPress={onReplace}
          aria-label={t("replaceOf", { label })}
        >
          {t("replace")}
        </Button>
      </div>
    </div>
  );
}
