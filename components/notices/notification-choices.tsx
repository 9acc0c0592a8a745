"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { announce } from "#components/announcer";
import { ProblemLine } from "#components/problem-line";
import { asProblem } from "#lib/api/http";
import { sendPreferences } from "#lib/api/notices";
import type { PreferencesView } from "#lib/contracts/notices";
import type { Problem } from "#lib/contracts/problem";
import { NOTICE_KINDS, type NoticeChannels, type NoticeKind } from "#lib/domain/notice";

/** What a person is told of, and how. A choice is kept as soon as it is made. */
export function NotificationChoices({ initial, email }: { initial: PreferencesView; email: string }) {
  const t = useTranslations("notices.choices");
  const [chosen, setChosen] = useState(initial.notices);
  const [problem, setProblem] = useState<Problem | null>(null);
  const choose = async (kind: NoticeKind, channel: keyof NoticeChannels, on: boolean) => {
    const before = chosen[kind];
    const after = { ...before, [channel]: on };
    setProblem(null);
    setChosen((all) => ({ ...all, [kind]: after }));
    try {
      const { notices } = await sendPreferences({ notices: { [kind]: after } });
      setChosen(notices);
      announce(t("saved"));
    } catch (error) {
      // It stays what it was, and the person sees that it did.
      setChosen((all) => ({ ...all, [kind]: before }));
      setProblem(asProblem(error));
    }
  };
  return (
    <div className="choices">
      <p className="choices-what">{t("what", { email })}</p>
      {problem && <ProblemLine what={t("failed")} problem={problem} />}
      <table>
        <thead>
          <tr>
            <th scope="col">{t("kind")}</th>
            <th scope="col">{t("app")}</th>
            <th scope="col">{t("mail")}</th>
          </tr>
        </thead>
        <tbody>
          {NOTICE_KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">
                {t(`name.${kind}`)}
                <small>{t(`hint.${kind}`)}</small>
              </th>
              {(["app", "mail"] as const).map((channel) => (
                <td key={channel}>
                  <input
                    type="checkbox"
                    className="check"
                    aria-label={`${t(`name.${kind}`)}: ${t(channel)}`}
                    checked={chosen[kind][channel]}
                    onChange={(event) => void choose(kind, channel, event.target.checked)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
