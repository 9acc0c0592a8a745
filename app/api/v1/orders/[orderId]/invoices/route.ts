import { z } from "zod";
import { invoiceInput, invoiceView, orderView } from "#lib/contracts/orders";
import { notFound } from "#lib/domain/refusal";
import { ok, refuse } from "#lib/domain/result";
import { orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrder } from "#lib/reads/orders";
import { invoiceOrder } from "#lib/workflows/invoice-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "Invoices of an order.",
    params: orderParams,
    answers: z.object({ rows: z.array(invoiceView) }),
    run: async ({ params, user }) => {
      const order = await readOrder(params.orderId, user);
      return order ? ok({ body: { rows: order.invoices } }) : refuse(notFound("order"));
    },
  }),
  POST: handle({
    permission: "invoice:create",
    summary: "Invoices what is named, or all that is left; held money is finalized first.",
    params: orderParams,
    body: invoiceInput,
    answers: orderView,
    run: async ({ world, actor, params, body, user }) => {
      const done = await invoiceOrder(world, actor, params.orderId, { ...body, note: body.note ?? null });
      return done.ok ? orderAfter(Promise.resolve(ok(params)), user) : done;
    },
  }),
});
