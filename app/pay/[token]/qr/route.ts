import { env } from "#lib/env";
import { pages } from "#lib/paths";
import { qrPicture } from "#lib/pay/qr";
import { notThis, payRoute } from "../../door.ts";

/** The page's own address as a picture for a phone's camera. It never changes, so a browser may keep it. */
export const GET = payRoute(
  async ({ token }) =>
    new Response(qrPicture(`${env().appUrl}${pages.pay(token)}`), {
      headers: {
        "content-type": "image/svg+xml",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=604800, immutable",
      },
    }),
);

const refuse = notThis("GET, HEAD");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
