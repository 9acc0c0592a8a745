import { offlineRecorded } from "#lib/contracts/approvals";
import { recordOfflineInput } from "#lib/contracts/offline";
import { offlineAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { recordOffline } from "#lib/workflows/record-offline";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "offline:record",
    summary:
      "Records money that came past the payment services; above the company's limit it waits for a second person.",
    params: orderParams,
    body: recordOfflineInput,
    answers: offlineRecorded,
    statuses: [200, 202],
    run: ({ world, actor, params, body: { amount, note, attachmentId, ...body }, user }) =>
      offlineAfter(
        recordOffline(world, actor, params.orderId, {
          ...body,
          amountMinor: BigInt(amount.amount),
          currency: amount.currency,
          note: note ?? null,
          attachmentId: attachmentId ?? null,
        }),
        user,
      ),
  }),
});
