import "../globals.css";
// Here and not beside the dialogs: a style sheet that fails to come with a part of the code is never asked for again.
import "../../components/orders/dialog.css";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Frame } from "#components/frame/frame";
import { LagLine } from "#components/frame/lag-line";
import { requireUser } from "#lib/auth/session";
import { companyName } from "#lib/reads/company-name";
import { readUnread } from "#lib/reads/notices";
import { openReviews } from "#lib/reads/open-reviews";
import { syncLag } from "#lib/reads/sync-lag";

/**
 * Draws the frame. Permission is not decided here: layouts are not rendered again when somebody moves between pages, so each
 * page and each route asks for itself.
 */
export default async function StaffLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  const lagMs = await syncLag();
  return (
    <Frame
      user={user}
      company={await companyName()}
      openReviews={await openReviews()}
      unreadNotices={await readUnread(user.id)}
    >
      {/* React Aria looks here for leave to add its own styles (touch, scroll lock) under the content security policy. */}
      <meta name="csp-nonce" nonce={(await headers()).get("x-nonce") ?? undefined} />
      {lagMs !== null && <LagLine lagMs={lagMs} role={user.role} />}
      {children}
    </Frame>
  );
}
