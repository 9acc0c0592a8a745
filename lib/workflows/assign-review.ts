import { findReviewOwners, findTask, lockTask, saveOpenTask } from "#db/queries/review-tasks";
import { transact } from "#db/transact";
import type { ReviewTaskId, UserId } from "#lib/domain/ids";
import { invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { closedAlready, noteStep } from "./review-tasks.ts";
import { auditActor, emptyStory, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Gives a task to a person who may answer it, or back to nobody. Given to the same person again it says nothing new. */
export async function assignReview(
  world: World,
  actor: Actor,
  taskId: ReviewTaskId,
  { ownerId }: { ownerId: UserId | null },
): Promise<Result<{ taskId: ReviewTaskId }, Refusal>> {
  if (!(await findTask(world.db, taskId))) return refuse(notFound("review"));
  return transact<{ taskId: ReviewTaskId }, Refusal>(world.db, async (tx) => {
    const task = await lockTask(tx, taskId);
    if (!task) return refuse(notFound("review"));
    if (task.closedAt) return closedAlready(task);
    if (task.ownerId === ownerId) return ok({ taskId });
    const owners = await findReviewOwners(tx);
    const owner = owners.find(({ id }) => id === ownerId) ?? null;
    if (ownerId !== null && !owner) return refuse(invalid({ field: "ownerId", code: "unknown_id" }));
    const before = owners.find(({ id }) => id === task.ownerId) ?? null;
    await saveOpenTask(tx, taskId, { ownerId });
    await noteStep(tx, world, actor, [task], "assigned", { to: owner?.name ?? null, from: before?.name ?? null });
    const story = emptyStory();
    if (owner)
      story.notices.push({
        kind: "review_task",
        to: [owner.id],
        except: actor.id,
        orderId: task.orderId,
        paymentId: task.paymentId,
        params: { how: task.cause, reviewId: taskId, until: task.dueAt.toISOString() },
        dedupeKey: `review_task:${taskId}:${owner.id}`,
      });
    story.audits.push({
      actor: auditActor(actor),
      action: "review.assign",
      entity: "review",
      entityId: taskId,
      before: { ownerId: task.ownerId, owner: before?.name ?? null },
      after: { ownerId, owner: owner?.name ?? null },
    });
    await tellStory(tx, story);
    return ok({ taskId });
  });
}
