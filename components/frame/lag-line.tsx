import { ClockAlert } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { MessageLine } from "#components/message-line";
import { may, type Role } from "#lib/domain/roles";
import { formatDuration } from "#lib/format";
import { pages } from "#lib/paths";

/** On every staff page for as long as nobody asks the providers: what is paid may look unpaid. */
export function LagLine({ lagMs, role }: { lagMs: number; role: Role }) {
  const t = useTranslations("frame.lag");
  const locale = useLocale();
  const look = may(role, "job:read") && (
    <Link className="button button--outline button--sm" href={pages.managePaymentLinks()}>
      {t("look")}
    </Link>
  );
  return (
    <div className="lag">
      <MessageLine
        icon={<ClockAlert className="icon" />}
        title={t("what", { duration: formatDuration(lagMs, locale) })}
        tone="bad"
        action={look}
      >
        {t("now")}
      </MessageLine>
    </div>
  );
}
