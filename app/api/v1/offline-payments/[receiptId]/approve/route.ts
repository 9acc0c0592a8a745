import { offlineRecorded } from "#lib/contracts/approvals";
import { approveOfflineInput } from "#lib/contracts/offline";
import { offlineAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { offlineParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { approveOffline } from "#lib/workflows/record-offline";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "offline:record",
    summary: "Approves recorded money, which counts from now on; never by who recorded it.",
    params: offlineParams,
    body: approveOfflineInput,
    answers: offlineRecorded,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) =>
      offlineAfter(approveOffline(world, actor, params.receiptId, body), user),
  }),
});
