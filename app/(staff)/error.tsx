"use client";
import { Button } from "@heroui/react";
import { RefreshCw } from "lucide-react";
import { digestOf } from "#components/broken-page";
import { EmptyState } from "#components/empty-state";
import { PageHead } from "#components/page-head";
import { LAST_WORDS, localeOfBrowser } from "#lib/i18n/last-words";

/** One page broke, the frame stands. */
export default function StaffError({ error, retry }: { error: unknown; retry: () => void }) {
  const words = LAST_WORDS[localeOfBrowser()];
  const id = digestOf(error);
  return (
    <>
      <PageHead title={words.pageTitle} barTitle="Holdpoint" />
      <EmptyState
        title={words.pageMore}
        action={
          <Button variant="outline" onPress={retry}>
            <RefreshCw aria-hidden="true" />
            {words.reload}
          </Button>
        }
      >
        {id && <span className="num">{words.reference.replace("{id}", id)}</span>}
      </EmptyState>
    </>
  );
}
