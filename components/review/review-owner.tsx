"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { ProblemLine } from "#components/problem-line";
import { useReason } from "#components/use-blocker-words";
import { asProblem } from "#lib/api/http";
import { reviewQuery, sendReviewOwner } from "#lib/api/reviews";
import type { ReviewView } from "#lib/contracts/reviews";

/** Who looks after the task: one press takes it, the list gives it to somebody else. The browser's own select, as elsewhere. */
export function ReviewOwner({ review }: { review: ReviewView }) {
  const t = useTranslations("review.owner");
  const id = useId();
  const client = useQueryClient();
  const router = useRouter();
  const why = useReason()(review.blocker);
  const { mutate, isPending, error } = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: (ownerId: string | null) => sendReviewOwner(review.id, { ownerId: ownerId as never }),
    // An answer that got lost may have been given all the same: what is so is asked for.
    onError: () => client.invalidateQueries({ queryKey: reviewQuery(review.id).queryKey }),
    onSuccess: (after) => {
      client.setQueryData(reviewQuery(review.id).queryKey, after);
      announce(
        after.ownerId === null
          ? t("dropped")
          : after.ownerId === review.viewerId
            ? t("taken")
            : t("given", { name: after.ownerName ?? "" }),
      );
      // The list beside it is the server's.
      router.refresh();
    },
  });
  const isMine = review.ownerId === review.viewerId;
  return (
    <div className="review-owner">
      <label htmlFor={id}>{t("label")}</label>
      {why ? (
        <span id={id}>{review.ownerName ?? t("nobody")}</span>
      ) : (
        <select
          id={id}
          className="input"
          value={review.ownerId ?? ""}
          disabled={isPending}
          onChange={(event) => mutate(event.target.value || null)}
        >
          <option value="">{t("nobody")}</option>
          {review.owners.map((owner) => (
            <option key={owner.id} value={owner.id}>
              {owner.id === review.viewerId ? t("me", { name: owner.name }) : owner.name}
            </option>
          ))}
        </select>
      )}
      {!isMine && (
        <ActionButton
          label={t("take")}
          variant="outline"
          size="sm"
          disabledReason={why}
          isPending={isPending}
          pendingLabel={t("saving")}
          onPress={() => mutate(review.viewerId)}
        />
      )}
      {error && <ProblemLine what={t("failed")} problem={asProblem(error)} />}
    </div>
  );
}
