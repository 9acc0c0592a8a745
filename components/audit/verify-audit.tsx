"use client";
import { useMutation } from "@tanstack/react-query";
import { ShieldCheck, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { ActionButton } from "#components/action-button";
import { MessageLine } from "#components/message-line";
import { ProblemLine } from "#components/problem-line";
import { Time } from "#components/time";
import { asProblem, getJson } from "#lib/api/http";
import type { AuditVerdictView } from "#lib/contracts/audit";
import { formatCount } from "#lib/format";
import { api } from "#lib/paths";

/** Computes all hashes anew and says whether anybody touched a row, and which. */
export function VerifyAudit() {
  const t = useTranslations("audit.verify");
  const locale = useLocale();
  const { mutateAsync, data, error } = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: () => getJson<AuditVerdictView>(api.auditVerification()),
  });
  return (
    <div className="audit-verify">
      <ActionButton
        label={t("do")}
        icon={<ShieldCheck aria-hidden="true" />}
        disabledReason={null}
        pendingLabel={t("doing")}
        onPress={() => mutateAsync().catch(() => {})}
      />
      {error && <ProblemLine what={t("failed")} problem={asProblem(error)} />}
      {data?.broken && (
        <MessageLine
          icon={<TriangleAlert className="icon" aria-hidden="true" />}
          tone="bad"
          live="assertive"
          title={t("broken", { seq: data.broken.seq, chain: String(data.broken.chain) })}
        >
          {t.rich("brokenMore", {
            action: data.broken.action,
            id: data.broken.entityId,
            name: data.broken.actorName,
            when: () => <Time at={data.broken?.at ?? data.verifiedAt} />,
          })}
        </MessageLine>
      )}
      {data && !data.broken && (
        <MessageLine
          icon={<ShieldCheck className="icon" aria-hidden="true" />}
          tone="good"
          live="polite"
          title={t("whole", { rows: formatCount(data.rows, locale) })}
        >
          {t.rich("wholeMore", {
            chains: String(data.chains),
            head: data.head.slice(0, 16),
            when: () => <Time at={data.verifiedAt} form="time" />,
          })}
        </MessageLine>
      )}
    </div>
  );
}
