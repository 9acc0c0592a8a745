import { attachmentQuery, attachmentView } from "#lib/contracts/offline";
import { MAX_FILE_BYTES } from "#lib/domain/file-type";
import { ok } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { attachFile } from "#lib/workflows/attach-file";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "offline:record",
    summary: "Takes in a PDF, PNG, JPEG or WebP of at most 5 MB as the body; its name is in the query.",
    params: orderParams,
    query: attachmentQuery,
    takesFile: { maxBytes: MAX_FILE_BYTES },
    answers: attachmentView,
    run: async ({ world, actor, params, query, bytes }) => {
      const done = await attachFile(world, actor, params.orderId, { name: query.name, bytes });
      return done.ok ? ok({ body: done.value }) : done;
    },
  }),
});
