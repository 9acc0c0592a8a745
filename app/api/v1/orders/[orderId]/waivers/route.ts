import { z } from "zod";
import { orderView } from "#lib/contracts/orders";
import { requestWaiverInput, waiverView } from "#lib/contracts/waivers";
import { notFound } from "#lib/domain/refusal";
import { ok, refuse } from "#lib/domain/result";
import { orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrder } from "#lib/reads/orders";
import { requestWaiver } from "#lib/workflows/waive-prepayment";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "Waivers of an order that are asked for or in force.",
    params: orderParams,
    answers: z.object({ rows: z.array(waiverView) }),
    run: async ({ params, user }) => {
      const order = await readOrder(params.orderId, user);
      return order ? ok({ body: { rows: order.waivers } }) : refuse(notFound("order"));
    },
  }),
  POST: handle({
    permission: "waiver:request",
    summary: "Asks that an order may ship unpaid up to an amount until a moment; another person approves it.",
    params: orderParams,
    body: requestWaiverInput,
    answers: orderView,
    run: ({ world, actor, params, body: { cap, reason, endsAt }, user }) =>
      orderAfter(
        requestWaiver(world, actor, params.orderId, {
          capMinor: BigInt(cap.amount),
          currency: cap.currency,
          reason,
          endsAt: new Date(endsAt),
        }),
        user,
      ),
  }),
});
