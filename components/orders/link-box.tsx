"use client";
import { ExternalLink, QrCode } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActionButton } from "#components/action-button";
import { CopyButton } from "#components/copy-button";
import type { OrderView } from "#lib/contracts/orders";
import type { PaymentView } from "#lib/contracts/payments";
import { isLive, type PaymentState } from "#lib/domain/payment";
import type { useShareLink } from "./use-copy-link";
import { shareAddress } from "./use-copy-link";

const DEAD: Partial<Record<PaymentState, string>> = { failed: "failed", expired: "expired", cancelled: "cancelled" };

const short = (address: string) => address.replace(/^https?:\/\//, "");

/**
 * The link for the customer with copy, open and QR code; a dead one is struck through and says why. The page at the provider
 * stands under it where it is another address, for support talking to the bank.
 */
export function LinkBox({
  order,
  payment,
  share,
  onShare,
}: {
  order: OrderView;
  payment: PaymentView;
  share: ReturnType<typeof useShareLink>;
  /** Opens the dialog that sends the link and shows its QR code. */
  onShare: () => void;
}) {
  const t = useTranslations("order.payment");
  const done = useTranslations("common")("copied");
  const provider = useTranslations("states.provider")(payment.provider);
  const address = shareAddress(order);
  if (!address) return null;

  if (!isLive(payment.state))
    return (
      <div className="link-box">
        <s className="link-box-address">{short(address)}</s>
        <span className="link-box-note">{t("dead", { state: DEAD[payment.state] ?? "paid" })}</span>
      </div>
    );
  const own = payment.url && payment.url !== address ? payment.url : null;
  return (
    <>
      <div className="link-box">
        <span className="link-box-address" title={address}>
          {short(address)}
        </span>
        <CopyButton text={address} label={t("copy")} done={done} shortcut="l" onCopied={() => share.log("copy")} />
        <a
          className="button button--ghost button--icon-only button--sm"
          href={address}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t("open")}
          data-tip={t("open")}
          onClick={() => share.log("open")}
        >
          <ExternalLink aria-hidden="true" />
        </a>
        <ActionButton
          iconOnly
          size="sm"
          variant="ghost"
          icon={<QrCode aria-hidden="true" />}
          label={t("qr")}
          disabledReason={null}
          onPress={() => {
            share.log("qr");
            onShare();
          }}
        />
      </div>
      {own && (
        <p className="link-own">
          <span>{t("providerLink", { provider })}</span>
          <a href={own} target="_blank" rel="noopener noreferrer" title={own}>
            {short(own)}
          </a>
          <CopyButton
            text={own}
            label={t("copyProvider", { provider })}
            done={done}
            onCopied={() => share.log("copy")}
          />
        </p>
      )}
    </>
  );
}
