import { z } from "zod";
import { orderView, shipmentInput, shipmentView } from "#lib/contracts/orders";
import { notFound } from "#lib/domain/refusal";
import { ok, refuse } from "#lib/domain/result";
import { orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrder } from "#lib/reads/orders";
import { shipOrder } from "#lib/workflows/ship-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "Shipments of an order.",
    params: orderParams,
    answers: z.object({ rows: z.array(shipmentView) }),
    run: async ({ params, user }) => {
      const order = await readOrder(params.orderId, user);
      return order ? ok({ body: { rows: order.shipments } }) : refuse(notFound("order"));
    },
  }),
  POST: handle({
    permission: "shipment:create",
    summary: "Ships what is named, or all that is left; the gate decides.",
    params: orderParams,
    body: shipmentInput,
    answers: orderView,
    run: async ({ world, actor, params, body, user }) => {
      const done = await shipOrder(world, actor, params.orderId, {
        ...body,
        trackingNumber: body.trackingNumber ?? null,
        note: body.note ?? null,
      });
      return done.ok ? orderAfter(Promise.resolve(ok(params)), user) : done;
    },
  }),
});
