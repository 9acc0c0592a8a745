"use client";
import { Button } from "@heroui/react";
import { Building2, Users } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { MessageLine } from "#components/message-line";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { showToast } from "#components/toaster";
import { readCompany, updateCompany } from "#lib/api/company";
import { draftOf, named, rebase, updateBody } from "#lib/api/company-draft";
import { asProblem } from "#lib/api/http";
import type { CompanyView } from "#lib/contracts/company";
import type { Problem } from "#lib/contracts/problem";
import { pages } from "#lib/paths";
import { BankSection, MoneySection, NumbersSection, PictureSection, RegionSection, WhoSection } from "./company-fields";
import { RemindersSection } from "./company-reminders";
import { focusFirstWrongField } from "./focus-wrong-field";
import { LeaveGuard } from "./leave-guard";
import { useCompanyForm } from "./use-company-form";

/** The selling company, for admins. */
export function CompanyForm({ company, zones }: { company: CompanyView; zones: readonly string[] }) {
  const t = useTranslations("company");
  const back = useTranslations("settings")("back");
  const router = useRouter();
  const formElement = useRef<HTMLFormElement>(null);
  /** The version that is being changed. */
  const [base, setBase] = useState(company);
  const [failure, setFailure] = useState<Problem | null>(null);
  const [newer, setNewer] = useState<CompanyView | null>(null);
  const { fields, check, errorCount, blame, reset, replace } = useCompanyForm(draftOf(company));
  const { draft } = fields;
  const body = updateBody(draft, base);

  const save = async () => {
    if (!body) return;
    if (!check()) {
      announce(t("fix", { count: errorCount }), "assertive");
      return focusFirstWrongField(formElement.current);
    }
    setFailure(null);
    try {
      const saved = await updateCompany(body);
      setBase(saved);
      reset(draftOf(saved));
      setNewer(null);
      showToast({ text: t("saved") });
      announce(t("saved"));
      router.refresh();
    } catch (error) {
      await explain(asProblem(error));
    }
  };
  const explain = async (problem: Problem) => {
    if (problem.code === "version_conflict") {
      const current = await readCompany().catch(() => null);
      if (current) return setNewer(current);
    }
    if (problem.errors?.length) {
      blame(named(problem.errors, body?.series?.map(({ kind }) => kind) ?? []));
      focusFirstWrongField(formElement.current);
    }
    setFailure(problem);
  };
  const startOver = (from: CompanyView) => {
    setBase(from);
    setNewer(null);
    setFailure(null);
  };

  return (
    <form
      ref={formElement}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
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
      <button type="submit" className="unseen" tabIndex={-1} aria-hidden="true">
        {t("save")}
      </button>
      {base.version === 0 && (
        <div className="px-4 pb-4 lg:px-6">
          <MessageLine icon={<Building2 className="icon" />} title={t("first")}>
            {t("firstMore")}
          </MessageLine>
        </div>
      )}
      {newer && (
        <div className="mx-4 mb-4 rounded bg-warning-soft px-3 py-2.5 lg:mx-6" role="alert">
          <div className="flex flex-wrap items-start gap-2.5">
            <Users className="icon mt-0.5 text-warning-soft-foreground" aria-hidden="true" />
            <p className="min-w-48 flex-1">
              <b className="font-semibold text-warning-soft-foreground">{t("conflict.title")}</b> {t("conflict.text")}
            </p>
            <Button
              variant="outline"
              size="sm"
              onPress={() => {
                startOver(newer);
                reset(draftOf(newer));
              }}
            >
              {t("conflict.loadTheirs")}
            </Button>
            <Button
              variant="outline"
              size="sm"
              onPress={() => {
                replace(rebase(draft, base, newer));
                startOver(newer);
                announce(t("conflict.rebased"));
              }}
            >
              {t("conflict.keepMine")}
            </Button>
          </div>
        </div>
      )}
      {failure && (
        <div className="px-4 pb-4 lg:px-6">
          <ProblemLine what={t("failed")} problem={failure} />
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
    </form>
  );
}
