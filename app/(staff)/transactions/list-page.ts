import { redirect } from "next/navigation";
import { asksForHolds, paymentQueryOf, transactionsHref, type UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import type { PaymentListPage, PaymentListQuery } from "#lib/contracts/payments";
import type { PaymentSource } from "#lib/domain/provider";
import { pages } from "#lib/paths";
import { BadCursor } from "#lib/reads/cursor";
import { readPaymentList } from "#lib/reads/payments";

/** What an address lists. A page mark that this list did not give out (an old or a mangled address) leads to the first page. */
export async function listPage(
  params: UrlParams,
  provider?: PaymentSource,
): Promise<{ query: PaymentListQuery; page: PaymentListPage }> {
  const viewer = await requireUser("payment:read");
  const query = paymentQueryOf(params, provider);
  if (asksForHolds(query)) redirect(pages.holds());
  try {
    return { query, page: await readPaymentList(query, viewer) };
  } catch (error) {
    if (error instanceof BadCursor) redirect(transactionsHref({ ...query, cursor: undefined }));
    throw error;
  }
}
