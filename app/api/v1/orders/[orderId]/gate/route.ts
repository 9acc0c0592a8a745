import { z } from "zod";
import { orderView } from "#lib/contracts/orders";
import { notFound } from "#lib/domain/refusal";
import { ok, refuse } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrder } from "#lib/reads/orders";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "Why shipping and invoicing are blocked; empty lists mean that they are open.",
    params: orderParams,
    answers: orderView.shape.gate.extend({ openUntil: z.iso.datetime().nullable() }),
    run: async ({ params, user }) => {
      const order = await readOrder(params.orderId, user);
      return order ? ok({ body: { ...order.gate, openUntil: order.gateOpenUntil } }) : refuse(notFound("order"));
    },
  }),
});
