import { readLogo } from "#lib/reads/pay-page";
import { notThis, payRoute } from "../../door.ts";

/** The seller's picture or a service's. Its address carries its version, so a browser may keep it. */
export const GET = payRoute(async ({ request, token }) => {
  const picture = await readLogo(token, new URL(request.url).searchParams.get("of") ?? "");
  if (!picture) return new Response(null, { status: 404, headers: { "cache-control": "no-store" } });
  return new Response(picture.bytes as BodyInit, {
    headers: {
      "content-type": picture.type,
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "private, max-age=604800, immutable",
    },
  });
});

const refuse = notThis("GET, HEAD");

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
