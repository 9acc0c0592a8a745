import { queryOptions } from "@tanstack/react-query";
import type { JobPageView } from "#lib/contracts/services";
import { getJson, sendJson } from "./http.ts";

/** Manage Payment Links: the task that asks providers every 20 minutes. */
const PATH = "/api/v1/jobs/manage-payment-links";

const WATCH_RUNNING_AFTER_MS = 3_000;
const WATCH_IDLE_AFTER_MS = 30_000;

/** Looks often while a run is under way, now and then otherwise: the page is left open beside the work. */
export const jobPageQuery = () =>
  queryOptions({
    queryKey: ["jobs", "manage-payment-links"],
    queryFn: ({ signal }) => getJson<JobPageView>(PATH, signal),
    refetchInterval: ({ state }) =>
      state.data?.runs.some((run) => run.finishedAt === null) ? WATCH_RUNNING_AFTER_MS : WATCH_IDLE_AFTER_MS,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    staleTime: 2_000,
    retry: false,
    networkMode: "always",
  });

/** Starts a run now. Safe while another one is under way: they share the work. */
export const startManagePaymentLinks = () => sendJson<unknown>("POST", PATH, {});
