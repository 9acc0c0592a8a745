import { orderView } from "#lib/contracts/orders";
import { orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { waiverParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { approveWaiver } from "#lib/workflows/waive-prepayment";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "waiver:approve",
    summary: "Approves a waiver; never by who asked, nor by the order's own salesperson.",
    params: waiverParams,
    answers: orderView,
    run: ({ world, actor, params, user }) => orderAfter(approveWaiver(world, actor, params.waiverId), user),
  }),
});
