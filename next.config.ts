import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

/** For every answer, pages and API alike. Pages add a content security policy with a nonce in `proxy.ts`. */
const everywhere = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  {
    key: "Permissions-Policy",
    value: "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()",
  },
  // Browsers heed it over https only, so it does no harm on a developer's machine.
  { key: "Strict-Transport-Security", value: "max-age=63072000; includeSubDomains" },
];

const config: NextConfig = {
  output: "standalone",
  poweredByHeader: false,
  // The optimizer has had an unauthenticated remote code execution; logos are small enough as they are.
  images: { unoptimized: true },
  // All instances of one release answer with the same id, so that a browser notices a new release and reloads.
  deploymentId: process.env.DEPLOYMENT_ID,
  // Native code, or code whose stack traces and single copy we rely on. Not drizzle-orm: Node parses its 180 KB package.json
  // for each of its files, which cost a second and 140 MB at each start.
  serverExternalPackages: ["@node-rs/argon2", "pino", "pg-boss", "postgres", "rate-limiter-flexible"],
  turbopack: {
    root: import.meta.dirname,
    // HeroUI's class names never clash with ours, so the resolver of clashes (26 KB) can stay out.
    resolveAlias: { "tailwind-variants": "tailwind-variants/lite" },
  },
  outputFileTracingRoot: import.meta.dirname,
  // Read from the package when the customer's page asks for them.
  outputFileTracingIncludes: {
    "/pay/assets/[file]": [
      "./node_modules/@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-{latin,cyrillic,cyrillic-ext}-wght-normal.woff2",
    ],
  },
  // `npm run check` checks types, tests included; a build need not do it a second time.
  typescript: { ignoreBuildErrors: true },
  agentRules: false,
  devIndicators: false,
  experimental: { agentUpgrade: false },
  async headers() {
    return [
      { source: "/:path*", headers: everywhere },
      // The address is the key to it: it goes nowhere.
      { source: "/pay/:path*", headers: [{ key: "Referrer-Policy", value: "no-referrer" }] },
      // Here too; but its form says where it comes from, which it would not with no-referrer.
      { source: "/sign-in/new-password/:path*", headers: [{ key: "Referrer-Policy", value: "same-origin" }] },
      // Next compresses no answer of a route handler whose type only the handler names: it sees a list where it wants a text.
      { source: "/pay/:token", headers: [{ key: "Content-Type", value: "text/html; charset=utf-8" }] },
      {
        source: "/api/:path*",
        headers: [
          { key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" },
          { key: "Cache-Control", value: "no-store" },
        ],
      },
    ];
  },
};

export default createNextIntlPlugin("./lib/i18n/request.ts")(config);
