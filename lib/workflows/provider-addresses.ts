import type { PaymentServiceId } from "#lib/domain/ids";

/** Where a provider sends news to and the customer back to. The return page trusts nothing in its own address. */
export const paths = (appUrl: string, serviceId: PaymentServiceId, payToken: string) => ({
  webhookUrl: `${appUrl}/api/webhooks/${serviceId}`,
  returnUrl: `${appUrl}/pay/${payToken}?from=bank`,
});
