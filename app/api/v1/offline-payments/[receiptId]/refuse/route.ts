import { offlineRecorded } from "#lib/contracts/approvals";
import { refuseOfflineInput } from "#lib/contracts/offline";
import { offlineAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { offlineParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { refuseOffline } from "#lib/workflows/record-offline";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "offline:record",
    summary: "Refuses or withdraws recorded money that waits; it never counts.",
    params: offlineParams,
    body: refuseOfflineInput,
    answers: offlineRecorded,
    run: ({ world, actor, params, body, user }) =>
      offlineAfter(refuseOffline(world, actor, params.receiptId, body), user),
  }),
});
