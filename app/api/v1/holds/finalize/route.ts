import { finalizeHoldsAnswer, finalizeHoldsInput } from "#lib/contracts/holds";
import { listed } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { finalizeHolds } from "#lib/workflows/finalize-holds";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "payment:finalize",
    summary:
      "Takes many holds whole; answers for each what became of it. One that fails leaves the others as they are.",
    body: finalizeHoldsInput,
    answers: finalizeHoldsAnswer,
    run: ({ world, actor, body: { holds } }) =>
      listed(
        finalizeHolds(
          world,
          actor,
          holds.map(({ paymentId, held }) => ({
            paymentId,
            heldMinor: BigInt(held.amount),
            currency: held.currency,
          })),
        ),
      ),
  }),
});
