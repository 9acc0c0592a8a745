"use client";
import {
  ArrowRight,
  BadgeCheck,
  Ban,
  CircleHelp,
  CloudOff,
  Hourglass,
  LockOpen,
  RefreshCw,
  Trash2,
} from "lucide-react";
import { useTranslations } from "next-intl";
import type { OrderView } from "#lib/contracts/orders";
import type { PaymentView } from "#lib/contracts/payments";
import { isLive } from "#lib/domain/payment";
import { pages } from "#lib/paths";
import { ActionRow } from "./action-row";
import { Fact, FactsList } from "./facts-list";
import { MessageLine } from "./message-line";
import { Money } from "./money";
import { HandBadge, OfflineFacts } from "./offline/offline-facts";
import { LinkBox } from "./orders/link-box";
import { heldOf } from "./orders/order-actions";
import type { useShareLink } from "./orders/use-copy-link";
import type { OrderCommands } from "./orders/use-order-commands";
import { useServiceTitle } from "./settings/service-title";
import { PaymentPill, ReviewFlag } from "./state-badges";
import { Time, useNow } from "./time";
import { useBlockerWords } from "./use-blocker-words";
import { useMoneyText } from "./use-money-text";

/**
 * The payment of an order, always in the same place with the same facts in the same order: status, amount, link, service, end.
 * Its actions keep their places in every state; a refused one says why under its name.
 */
export function PaymentFactBox({
  order,
  commands,
  share,
  onShare,
  onFinalize,
}: {
  order: OrderView;
  commands: OrderCommands;
  share: ReturnType<typeof useShareLink>;
  onShare: () => void;
  onFinalize: () => void;
}) {
  const t = useTranslations("order.payment");
  const common = useTranslations("common");
  const { payment } = order;
  return (
    <section className="panel factbox" aria-labelledby="payment-title">
      <div className="panel-head">
        <h2 id="payment-title">{t("title")}</h2>
        {payment?.checkedAt ? (
          <span className="panel-note" suppressHydrationWarning>
            {t.rich("checked", { ago: () => <Time at={payment.checkedAt ?? ""} form="relative" precision={1} /> })}
          </span>
        ) : (
          payment && isLive(payment.state) && <span className="panel-note">{t("neverChecked")}</span>
        )}
      </div>
      <div className="factbox-sum">
        <span className="pills">
          <PaymentPill state={payment?.state ?? null} required={order.required.amount > 0} />
          {payment?.needsReview && <ReviewFlag />}
          {payment?.offline && <HandBadge />}
          {(payment ?? order.paymentService)?.mode === "test" && <span className="test-badge">{common("test")}</span>}
        </span>
        {payment && <Money value={payment.amount} className="factbox-amount" />}
      </div>
      {payment?.offline ? (
        <>
          <OfflineFacts payment={payment} />
          <div className="action-rows">
            <ActionRow
              icon={<ArrowRight aria-hidden="true" />}
              label={t("showMore")}
              disabledReason={null}
              href={pages.transaction(payment.id)}
            />
          </div>
        </>
      ) : payment ? (
        <>
          <LinkBox order={order} payment={payment} share={share} onShare={onShare} />
          <PaymentFacts payment={payment} opened={order.opened} />
          <PaymentTrouble payment={payment} />
          <PaymentActions
            payment={payment}
            held={heldOf(order) ?? payment}
            commands={commands}
            onFinalize={onFinalize}
          />
        </>
      ) : (
        <p className="panel-text">
          {order.required.amount === 0 ? t("noneAsked") : order.status === "open" ? t("noneOpen") : t("none")}
        </p>
      )}
    </section>
  );
}

function PaymentFacts({ payment, opened }: { payment: PaymentView; opened: OrderView["opened"] }) {
  const t = useTranslations("order.payment");
  const title = useServiceTitle();
  const live = isLive(payment.state);
  const countdown = (at: string) => (
    <>
      <Time at={at} form="countdown" className="strong" /> <Time at={at} className="quiet" />
    </>
  );
  return (
    <FactsList>
      <Fact label={t("service")}>{title({ name: payment.serviceName, paymentType: payment.paymentType })}</Fact>
      {live && payment.expiresAt && <Fact label={t("expires")}>{countdown(payment.expiresAt)}</Fact>}
      {payment.state === "expired" && payment.expiresAt && (
        <Fact label={t("expired")}>{countdown(payment.expiresAt)}</Fact>
      )}
      {opened && (
        <Fact label={t("opened")}>
          {opened.lastAt ? <Time at={opened.lastAt} /> : t("notOpened")}
          {opened.lastAt && live && t("openedUnpaid")}{" "}
          {opened.count > 1 && <span className="quiet">{t("openedTimes", { count: opened.count })}</span>}{" "}
          {opened.previews > 0 && <span className="quiet">{t("openedByPrograms", { count: opened.previews })}</span>}
        </Fact>
      )}
      {payment.state === "withholding" && (
        <Fact label={t("held")}>
          <Money value={payment.held} />
        </Fact>
      )}
      {payment.state === "withholding" && payment.holdExpiresAt && <HoldEnd at={payment.holdExpiresAt} />}
      {payment.captured.amount > 0 && (
        <Fact label={t("taken")}>
          <Money value={payment.captured} />
        </Fact>
      )}
      {payment.refunded.amount > 0 && (
        <Fact label={t("refunded")}>
          <Money value={payment.refunded} />
        </Fact>
      )}
      {payment.endedReason && <Fact label={t("ended")}>{payment.endedReason}</Fact>}
    </FactsList>
  );
}

/** The hold's end with its countdown, red in its last day; after it the label says that it has been. */
function HoldEnd({ at }: { at: string }) {
  const t = useTranslations("order.payment");
  const left = Date.parse(at) - useNow(Date.parse(at));
  return (
    <Fact label={t(left > 0 ? "holdEnds" : "holdEnded")}>
      <Time at={at} form="countdown" className={left < DAY_MS ? "strong urgent" : "strong"} />{" "}
      <Time at={at} className="quiet" />
    </Fact>
  );
}
const DAY_MS = 24 * 3_600_000;

/** A call without an answer, and the provider's last refusal in its own words. */
function PaymentTrouble({ payment }: { payment: PaymentView }) {
  const t = useTranslations("order.payment");
  const abnormal = useTranslations("abnormal");
  const provider = useTranslations("states.provider")(payment.provider);
  const { unsettled, lastFailure } = payment;
  const creating = unsettled?.kind === "create_link" && payment.state === "creating" && unsettled.state !== "unknown";
  if (creating) return <Creating since={unsettled.since} provider={provider} />;
  return (
    <>
      {unsettled && unsettled.state !== "unknown" && (
        <MessageLine
          icon={<Hourglass className="icon" />}
          title={t("underWay", { kind: unsettled.kind })}
          live="polite"
        >
          {t("underWayMore", { provider })}
        </MessageLine>
      )}
      {unsettled?.state === "unknown" && (
        <MessageLine
          icon={<CircleHelp className="icon" />}
          title={abnormal("unknownOutcome", { operation: unsettled.kind })}
          live="polite"
        >
          {abnormal("unknownOutcomeMore")}
        </MessageLine>
      )}
      {lastFailure && !unsettled && (
        <MessageLine
          icon={<CloudOff className="icon" />}
          tone="bad"
          title={t("lastFailure", {
            provider,
            kind: lastFailure.kind,
            message: lastFailure.message || lastFailure.code,
          })}
        >
          {lastFailure.message && t("lastFailureCode", { code: lastFailure.code })} <Time at={lastFailure.at} />
        </MessageLine>
      )}
    </>
  );
}

/** A provider is slow when people begin to wonder. */
const SLOW_AFTER_MS = 8_000;

/** The link is on its way; after a while it is said who keeps us waiting, and that nobody has to wait with us. */
function Creating({ since, provider }: { since: string; provider: string }) {
  const t = useTranslations("order.payment");
  const abnormal = useTranslations("abnormal");
  const began = Date.parse(since);
  const waited = useNow(began) - began;
  if (waited < SLOW_AFTER_MS) return <p className="panel-text factbox-creating">{t("creating")}</p>;
  return (
    <MessageLine
      icon={<Hourglass className="icon" />}
      title={abnormal("slowProvider", { provider, seconds: Math.floor(waited / 1000) })}
      live="polite"
    >
      {abnormal("slowProviderMore")}
    </MessageLine>
  );
}

function PaymentActions({
  payment,
  held,
  commands,
  onFinalize,
}: {
  payment: PaymentView;
  /** What finalizing and releasing are about: the hold, also where a live link for the rest stands in front of it. */
  held: PaymentView;
  commands: OrderCommands;
  onFinalize: () => void;
}) {
  const t = useTranslations("order");
  const provider = useTranslations("states.provider")(payment.provider);
  const words = useBlockerWords();
  const amount = useMoneyText();
  const why = (action: keyof PaymentView["actions"], of: PaymentView = payment) => {
    const blocker = of.actions[action];
    return blocker ? words(blocker).explanation : null;
  };
  const { running } = commands;
  return (
    <div className="action-rows">
      <ActionRow
        icon={<ArrowRight aria-hidden="true" />}
        label={t("payment.showMore")}
        disabledReason={null}
        href={pages.transaction(payment.id)}
      />
      <ActionRow
        icon={<RefreshCw aria-hidden="true" />}
        label={t("payment.updateStatus")}
        shortcut="u"
        disabledReason={why("sync")}
        isPending={running === "sync"}
        pendingLabel={t("payment.updating", { provider })}
        onPress={() => commands.sync(payment.id)}
      />
      <ActionRow
        icon={<Ban aria-hidden="true" />}
        label={t("payment.cancelInvoice")}
        disabledReason={why("cancel_payment")}
        isPending={running === "cancel_payment"}
        pendingLabel={t("payment.cancelling")}
        confirm={{
          title: t("confirm.cancelLinkTitle", { amount: amount(payment.amount) }),
          body: t("confirm.cancelLinkBody"),
          confirmLabel: t("confirm.cancelLink"),
          cancelLabel: t("confirm.keepLink"),
          tone: "danger",
        }}
        onPress={() => commands.cancelPayment(payment.id)}
      />
      <ActionRow
        icon={<Trash2 aria-hidden="true" />}
        label={t("payment.deleteInvoice")}
        disabledReason={why("delete_payment")}
        isPending={running === "delete_payment"}
        pendingLabel={t("payment.deleting")}
        confirm={{
          title: t("confirm.deleteTitle", { attempt: payment.attempt }),
          body: t("confirm.deleteBody"),
          confirmLabel: t("confirm.delete"),
          cancelLabel: t("confirm.keepIt"),
          tone: "danger",
        }}
        onPress={() => commands.deletePayment(payment.id)}
      />
      <ActionRow
        icon={<BadgeCheck aria-hidden="true" />}
        label={t("payment.finalize")}
        shortcut="f9"
        disabledReason={why("finalize", held)}
        isPending={running === "finalize"}
        pendingLabel={t("payment.finalizing")}
        onPress={onFinalize}
      />
      {held.paymentType === "withholding" && (
        <ActionRow
          icon={<LockOpen aria-hidden="true" />}
          label={t("payment.releaseHold")}
          disabledReason={why("release_hold", held)}
          isPending={running === "release_hold"}
          pendingLabel={t("payment.releasing")}
          confirm={{
            title: t("confirm.releaseHoldTitle", { amount: amount(held.held) }),
            body: t("confirm.releaseHoldBody", { amount: amount(held.held) }),
            confirmLabel: t("confirm.releaseHold", { amount: amount(held.held) }),
            cancelLabel: t("confirm.keepHold"),
            tone: "danger",
          }}
          onPress={() => commands.releaseHold(held.id)}
        />
      )}
    </div>
  );
}
