import type { Locale } from "./locale.ts";
import type messages from "./messages/en.json";

/** Keys of messages are checked by the compiler: English is the shape, a test holds Ukrainian to it. */
declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof messages;
  }
}

/** A top-level part of the message files. */
export type Namespace = keyof typeof messages;
