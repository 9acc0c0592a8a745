import { notFound } from "#lib/domain/refusal";
import { ok, refuse } from "#lib/domain/result";
import { fileOf } from "#lib/http/file";
import { handle } from "#lib/http/handle";
import { attachmentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readAttachment } from "#lib/reads/offline";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "payment:read",
    summary: "A file that was taken in, to be saved; browsers neither show nor run it.",
    params: attachmentParams,
    answers: fileOf("application/octet-stream"),
    run: async ({ params }) => {
      const file = await readAttachment(params.attachmentId);
      if (!file) return refuse(notFound("attachment"));
      const { name, mediaType: type, content } = file;
      return ok({ body: { sentFile: true, name, type, bytes: new Uint8Array(content), inline: false } });
    },
  }),
});
