import { createHash } from "node:crypto";
import { insertAttachment } from "#db/queries/attachments";
import { lockOrder } from "#db/queries/order-locks";
import { transact } from "#db/transact";
import type { AttachmentView } from "#lib/contracts/offline";
import { fileTypeOfBytes, MAX_FILE_BYTES } from "#lib/domain/file-type";
import type { OrderId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import { invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { auditActor, emptyStory, tellStory } from "./story.ts";
import { type Actor, newId, personOf, type World } from "./world.ts";

/**
 * Takes in a file that proves something about an order. What it is follows from its own bytes, never from its name; it is
 * kept as it is and never changed.
 */
export async function attachFile(
  world: World,
  actor: Actor,
  orderId: OrderId,
  file: { name: string; bytes: Uint8Array },
): Promise<Result<AttachmentView, Refusal>> {
  const { name, bytes } = file;
  if (bytes.byteLength === 0) return refuse(invalid({ field: "file", code: "required" }));
  if (bytes.byteLength > MAX_FILE_BYTES) return refuse(invalid({ field: "file", code: "file_too_large" }));
  const mediaType = fileTypeOfBytes(bytes);
  if (!mediaType) return refuse(invalid({ field: "file", code: "bad_file" }));
  return transact<AttachmentView, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const uploadedBy = personOf(actor);
    invariant(uploadedBy, "a person brings a file");
    const id = newId(world, "att");
    const size = bytes.byteLength;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await insertAttachment(tx, { id, orderId, name, mediaType, size, sha256, content: bytes, uploadedBy });
    const story = emptyStory();
    story.audits.push({
      actor: auditActor(actor),
      action: "attachment.add",
      entity: "order",
      entityId: orderId,
      after: { attachmentId: id, name, mediaType, size, sha256 },
    });
    await tellStory(tx, story);
    return ok({ id, name, mediaType, size });
  });
}
