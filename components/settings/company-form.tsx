"use client";
import { Building2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { LeaveGuard } from "#components/leave-guard";
import { MessageLine } from "#components/message-line";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { readCompany, updateCompany } from "#lib/api/company";
import { draftOf, named, rebase, updateBody } from "#lib/api/company-draft";
import type { CompanyView } from "#lib/contracts/company";
import { pages } from "#lib/paths";
import { BankSection, MoneySection, NumbersSection, PictureSection, RegionSection, WhoSection } from "./company-fields";
import { RemindersSection } from "./company-reminders";
import { ConflictMessage } from "./conflict-message";
import { SettingsForm } from "./settings-form";
import { useCompanyForm } from "./use-company-form";
import { useSaving } from "./use-saving";

/** The selling company, for admins. */
export function CompanyForm({ company, zones }: { company: CompanyView; zones: readonly string[] }) {
  const t = useTranslations("company");
  const back = useTranslations("settings")("back");
  /** The version that is being changed. */
  const [base, setBase] = useState(company);
  const { fields, blame, ...form } = useCompanyForm(draftOf(company));
  const { draft } = fields;
  const body = updateBody(draft, base);
  const series = body?.series?.map(({ kind }) => kind) ?? [];
  const { formElement, save, failure, conflict } = useSaving({
    base,
    setBase,
    form: { ...form, blame: ({ errors }) => blame(named(errors ?? [], series)) },
    draftOf,
    rebased: (newer) => rebase(draft, base, newer),
    write: body && (() => updateCompany(body)),
    read: readCompany,
    words: {
      saved: t("saved"),
      fix: (count) => t("fix", { count }),
      failed: t("failed"),
      rebased: t("conflict.rebased"),
    },
  });

  return (
    <SettingsForm element={formElement} submit={t("save")} onSubmit={save}>
      <PageHead
        title={t("title")}
        back={{ href: pages.settings(), label: back }}
        actions={
          <ActionButton
            label={t("save")}
            variant="primary"
            shortcut="ctrl+enter"
            disabledReason={body ? null : t("nothing")}
            pendingLabel={t("saving")}
            onPress={save}
          />
        }
      />
      {base.version === 0 && (
        <div className="px-4 pb-4 lg:px-6">
          <MessageLine icon={<Building2 className="icon" />} title={t("first")}>
            {t("firstMore")}
          </MessageLine>
        </div>
      )}
      {conflict && (
        <ConflictMessage
          title={t("conflict.title")}
          text={t("conflict.text")}
          loadTheirs={t("conflict.loadTheirs")}
          onLoadTheirs={conflict.onLoadTheirs}
          keepMine={t("conflict.keepMine")}
          onKeepMine={conflict.onKeepMine}
        />
      )}
      {failure && (
        <div className="px-4 pb-4 lg:px-6">
          <ProblemLine {...failure} />
        </div>
      )}
      <WhoSection fields={fields} />
      <BankSection fields={fields} />
      <PictureSection fields={fields} />
      <RegionSection fields={fields} zones={zones} />
      <NumbersSection fields={fields} />
      <MoneySection fields={fields} />
      <RemindersSection fields={fields} />
      <LeaveGuard isDirty={body !== null && base.version > 0} name={t("title")} />
    </SettingsForm>
  );
}
