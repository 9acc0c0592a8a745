"use client";
import { Button } from "@heroui/react";
import { Users } from "lucide-react";

/** Two people saved the same settings. Nothing is lost on either side: the person sees it and chooses. */
export function ConflictMessage({
  title,
  text,
  loadTheirs,
  onLoadTheirs,
  keepMine,
  onKeepMine,
}: {
  title: string;
  text: string;
  loadTheirs: string;
  onLoadTheirs: () => void;
  keepMine: string;
  onKeepMine: () => void;
}) {
  return (
    <div className="mx-4 mb-4 rounded bg-warning-soft px-3 py-2.5 lg:mx-6" role="alert">
      <div className="flex flex-wrap items-start gap-2.5">
        <Users className="icon mt-0.5 text-warning-soft-foreground" aria-hidden="true" />
        <p className="min-w-48 flex-1">
          <b className="font-semibold text-warning-soft-foreground">{title}</b> {text}
        </p>
        <Button variant="outline" size="sm" onPress={onLoadTheirs}>
          {loadTheirs}
        </Button>
        <Button variant="outline" size="sm" onPress={onKeepMine}>
          {keepMine}
        </Button>
      </div>
    </div>
  );
}
