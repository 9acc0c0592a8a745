import { runManagePaymentLinks } from "#lib/http/cron";
import { resource } from "#lib/http/resource";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: runManagePaymentLinks,
  POST: runManagePaymentLinks,
});
