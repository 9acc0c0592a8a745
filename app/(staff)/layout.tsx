import "../globals.css";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Frame } from "#components/frame/frame";
import { MessagesFor } from "#components/messages-for";
import { Clock } from "#components/time";
import { requireUser } from "#lib/auth/session";
import { THEME_COOKIE } from "#lib/i18n/locale";
import { Providers } from "../providers";

/**
 * Draws the frame. Permission is not decided here: layouts are not rendered again when somebody moves between pages, so each
 * page and each route asks for itself.
 */
export default async function StaffLayout({ children }: { children: ReactNode }) {
  const user = await requireUser();
  const theme = (await cookies()).get(THEME_COOKIE)?.value;
  return (
    <MessagesFor namespaces={[]}>
      <Clock now={new Date().toISOString()}>
        <Providers>
          <Frame
            user={user}
            company="ТОВ «Дніпро Інструмент»"
            theme={theme === "light" || theme === "dark" ? theme : null}
          >
            {children}
          </Frame>
        </Providers>
      </Clock>
    </MessagesFor>
  );
}
