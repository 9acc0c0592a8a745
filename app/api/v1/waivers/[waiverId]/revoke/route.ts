import { orderView } from "#lib/contracts/orders";
import { orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { waiverParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { revokeWaiver } from "#lib/workflows/waive-prepayment";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "waiver:request",
    summary: "Takes a waiver back: who asked, or who may approve.",
    params: waiverParams,
    answers: orderView,
    run: ({ world, actor, params, user }) => orderAfter(revokeWaiver(world, actor, params.waiverId), user),
  }),
});
