"use client";
import { Ban, ExternalLink, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActionRow } from "#components/action-row";
import { CopyButton } from "#components/copy-button";
import { Fact, FactsList } from "#components/facts-list";
import { Time, useNow } from "#components/time";
import { useBlockerWords } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import type { PaymentPageView } from "#lib/contracts/payments";
import { isLive } from "#lib/domain/payment";
import type { TransactionCommands } from "./use-transaction-commands";

/** The link itself, its end, and the two ways to be rid of it. A refused way says why under its name, always. */
export function LinkFacts({ payment, commands }: { payment: PaymentPageView; commands: TransactionCommands }) {
  const t = useTranslations("transactions");
  const words = useBlockerWords();
  const amount = useMoneyText()(payment.amount);
  const provider = useTranslations("states.provider")(payment.provider);
  const why = (action: "cancel_payment" | "delete_payment") => {
    const blocker = payment.actions[action];
    return blocker ? words(blocker).explanation : null;
  };
  return (
    <section className="panel" aria-labelledby="link-title">
      <h2 id="link-title">{t("fact.link")}</h2>
      {payment.url && <Address url={payment.url} isLive={isLive(payment.state)} />}
      <FactsList>
        {payment.expiresAt && (isLive(payment.state) || payment.state === "expired") && (
          <LinkEnd at={payment.expiresAt} isLive={isLive(payment.state)} />
        )}
        {payment.endedReason && <Fact label={t("fact.endedReason")}>{payment.endedReason}</Fact>}
      </FactsList>
      <div className="action-rows mt-1">
        <ActionRow
          icon={<Ban aria-hidden="true" />}
          label={t("page.cancel")}
          disabledReason={why("cancel_payment")}
          isPending={commands.running === "cancel_payment"}
          pendingLabel={t("page.cancelling")}
          confirm={{
            title: t("confirm.cancelTitle", { amount }),
            body: (
              <>
                <p>{t("confirm.cancelBody")}</p>
                {!payment.capabilities.cancelUnpaidLink && (
                  <p className="mt-2">{t("confirm.cancelSuperseded", { provider })}</p>
                )}
              </>
            ),
            confirmLabel: t("confirm.cancelDo"),
            cancelLabel: t("confirm.cancelKeep"),
            tone: "danger",
          }}
          onPress={commands.cancel}
        />
        <ActionRow
          icon={<Trash2 aria-hidden="true" />}
          label={t("page.delete")}
          disabledReason={why("delete_payment")}
          isPending={commands.running === "delete_payment"}
          pendingLabel={t("page.deleting")}
          confirm={{
            title: t("confirm.deleteTitle", { amount }),
            body: t("confirm.deleteBody"),
            confirmLabel: t("confirm.deleteDo"),
            cancelLabel: t("confirm.deleteKeep"),
            tone: "danger",
          }}
          onPress={commands.remove}
        />
      </div>
    </section>
  );
}

/** The provider's own page. A dead one is struck through and can no longer be opened or handed on. */
function Address({ url, isLive: live }: { url: string; isLive: boolean }) {
  const t = useTranslations("transactions.fact");
  const common = useTranslations("common");
  const shown = url.replace(/^https?:\/\//, "");
  if (!live)
    return (
      <s className="block truncate py-1 text-muted" title={url}>
        {shown}
      </s>
    );
  return (
    <div className="mt-1.5 mb-1 flex min-h-9 items-center gap-0.5 rounded-md border border-border bg-surface ps-2.5 pe-1">
      <span className="min-w-0 flex-1 truncate" title={url}>
        {shown}
      </span>
      <CopyButton text={url} label={common("copyValue", { label: t("providerLink") })} done={common("copied")} />
      <a
        className="button button--ghost button--icon-only button--sm"
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={t("openLink", { label: t("providerLink") })}
        title={t("openLink", { label: t("providerLink") })}
      >
        <ExternalLink aria-hidden="true" />
      </a>
    </div>
  );
}

function LinkEnd({ at, isLive: live }: { at: string; isLive: boolean }) {
  const t = useTranslations("transactions.fact");
  const now = useNow(Date.parse(at));
  const ahead = Date.parse(at) > now;
  return (
    <Fact label={ahead ? t("expires") : t("expired")}>
      {live && <Time at={at} form="countdown" className="font-semibold" />}{" "}
      <Time at={at} className={live ? "text-muted" : undefined} />
    </Fact>
  );
}
