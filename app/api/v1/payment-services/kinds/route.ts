import { z } from "zod";
import { providerKindView } from "#lib/contracts/services";
import { listed } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readProviderKinds } from "#lib/reads/services";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "service:read",
    summary: "The kinds of provider: their credential fields and abilities.",
    answers: z.object({ rows: z.array(providerKindView) }),
    run: () => listed(readProviderKinds()),
  }),
});
