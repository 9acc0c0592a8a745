"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

let inBrowser: QueryClient | undefined;

/** One cache for the whole visit in the browser; on the server one per request, so that nobody sees another person's. */
function queryClient(): QueryClient {
  const make = () =>
    new QueryClient({
      defaultOptions: {
        queries: { staleTime: 30_000, retry: false, networkMode: "always" },
        // A command that moves money is never repeated by itself.
        mutations: { retry: false, networkMode: "always" },
      },
    });
  if (typeof window === "undefined") return make();
  inBrowser ??= make();
  return inBrowser;
}

/** For pages whose client parts ask the server again. The orders list does without: its rows come as HTML. */
export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(queryClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
