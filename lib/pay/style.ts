import { createHash } from "node:crypto";

/**
 * The whole style of the customer's page, sent inside it: one answer and it can be painted. Colours are those of
 * app/tokens.css in the notation that phones of the last ten years read (a test compares them).
 */
export const COLOURS = {
  background: ["#f5f7f8", "#0f1115"],
  foreground: ["#1b2027", "#e4e6ea"],
  surface: ["#ffffff", "#16191e"],
  "surface-hover": ["#f4f7f9", "#1c1f25"],
  muted: ["#5b616a", "#9da4ac"],
  default: ["#ebeef1", "#25292f"],
  border: ["#d2d6db", "#32373e"],
  separator: ["#e1e4e8", "#262a30"],
  "field-border": ["#8b9199", "#676e77"],
  accent: ["#225ba6", "#306fc4"],
  "accent-hover": ["#144b92", "#2461b4"],
  focus: ["#2572d5", "#5ea0f7"],
  link: ["#1653a1", "#8bbcfb"],
  warning: ["#df9129", "#efac45"],
  "warning-soft": ["#fef1d8", "#3a2911"],
  "warning-soft-foreground": ["#7d480a", "#f2c67c"],
  "held-soft": ["#e1f6f8", "#0f3137"],
  "held-soft-foreground": ["#005966", "#8ed9e2"],
  "success-soft": ["#e4f8e8", "#163120"],
  "success-soft-foreground": ["#116031", "#8edca5"],
  "danger-soft": ["#ffeeed", "#461f1f"],
  "danger-soft-foreground": ["#a72120", "#fcaca8"],
} as const;

const theme = (at: 0 | 1) =>
  Object.entries(COLOURS)
    .map(([name, values]) => `--${name}:${values[at]}`)
    .join(";");

/**
 * Files of IBM Plex Sans as app/fonts.css declares them; the third is there for ₴ alone. On a slow phone the page keeps the
 * typeface it was first painted with: an amount that jumps while it is being read makes nobody calm.
 */
export const FONTS = {
  "plex-latin-5.woff2": {
    file: "ibm-plex-sans-latin-wght-normal.woff2",
    range:
      "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+FEFF,U+FFFD",
  },
  "plex-cyrillic-5.woff2": {
    file: "ibm-plex-sans-cyrillic-wght-normal.woff2",
    range: "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
  },
  "plex-hryvnia-5.woff2": { file: "ibm-plex-sans-cyrillic-ext-wght-normal.woff2", range: "U+20B4" },
} as const;

const faces = Object.entries(FONTS)
  .map(
    ([name, { range }]) =>
      `@font-face{font-family:Plex;font-style:normal;font-display:optional;font-weight:100 700;src:url(/pay/assets/${name}) format("woff2");unicode-range:${range}}`,
  )
  .join("\n");

const rules = `
:root{color-scheme:light dark;${theme(0)}}
@media (prefers-color-scheme:dark){:root{${theme(1)}}}
@media print{:root{${theme(0)};color-scheme:light}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--surface);color:var(--foreground);font:.875rem/1.25rem Plex,system-ui,"Segoe UI","Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2,p,dl,dd,ul,fieldset{margin:0;padding:0}
fieldset{border:0;min-width:0;margin-bottom:.75rem}
main{flex:1;display:flex;flex-direction:column;width:100%;max-width:27.5rem;margin:0 auto;padding:1.25rem 1.25rem 1.5rem}
a{color:var(--link)}
svg{flex:none;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
:focus-visible{outline:2px solid var(--focus);outline-offset:1px;border-radius:.25rem}
h1:focus{outline:0}
.quiet{color:var(--muted)}
.small{font-size:.75rem;line-height:1rem}
.num{white-space:nowrap}
.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.test{padding:.375rem 1.25rem;text-align:center;font-size:.75rem;line-height:1rem;font-weight:500;background:var(--warning-soft);color:var(--warning-soft-foreground)}
.seller{display:flex;align-items:center;gap:.75rem}
.seller>div{flex:1;min-width:0}
.seller strong{display:block;font-weight:600}
.logo{flex:none;width:auto;min-width:2.25rem;max-width:6.5rem;height:2.25rem;border-radius:.25rem;object-fit:contain;background:#fff}
.initials{width:2.25rem;display:grid;place-items:center;background:var(--foreground);color:var(--surface);font-weight:600;font-size:1rem}
.langs{display:flex;margin-right:-.5rem;font-size:.75rem}
.langs a{display:grid;place-items:center;min-width:1.75rem;min-height:2.5rem;color:var(--muted);text-decoration:none}
.langs a:hover{text-decoration:underline}
.langs a[aria-current]{color:var(--foreground);font-weight:600}
.head{margin-top:2.25rem}
.pill{display:inline-flex;align-items:center;gap:.375rem;min-height:1.375rem;padding:.1875rem .5rem;margin-bottom:.75rem;border-radius:.25rem;font-size:.75rem;line-height:1rem;font-weight:500;background:var(--default);color:var(--muted);--hole:var(--default)}
.pill .full{fill:currentColor;stroke:none}.pill .hole{stroke:var(--hole)}
.wait{background:var(--warning-soft);color:var(--warning-soft-foreground);--hole:var(--warning-soft)}
.good{background:var(--success-soft);color:var(--success-soft-foreground);--hole:var(--success-soft)}
.bad{background:var(--danger-soft);color:var(--danger-soft-foreground);--hole:var(--danger-soft)}
.held{background:var(--held-soft);color:var(--held-soft-foreground);--hole:var(--held-soft)}
h1{font-size:1.375rem;line-height:1.75rem;font-weight:600;text-wrap:balance}
.head .quiet{margin-top:.375rem}
.sum{margin-top:1.25rem}
h1 .label,.sum .label{display:block;font-size:.875rem;line-height:1.25rem;font-weight:400;color:var(--muted)}
.amount{display:block;margin-top:.25rem;font-size:2.5rem;line-height:3rem;font-weight:600;white-space:nowrap}
.amount.long{font-size:clamp(1.5rem,8.5vw,2.5rem)}
.asked{display:block;font-size:1.125rem;line-height:1.5rem;font-weight:600}
.due{margin-top:.375rem}
.notice{margin-top:1.5rem;padding:.75rem 1rem;border-radius:.375rem;background:var(--warning-soft);color:var(--warning-soft-foreground);font-weight:500}
form{margin-top:1.5rem}
form.again{margin-top:.75rem}
.button{display:block;width:100%;min-height:3rem;padding:.75rem 1rem;border:1px solid transparent;border-radius:.375rem;background:var(--accent);color:#fff;font:500 1rem/1.375rem Plex,system-ui,"Segoe UI","Noto Sans",sans-serif;font-variant-numeric:tabular-nums;text-align:center;cursor:pointer}
.button:hover{background:var(--accent-hover)}
.button[aria-disabled]{cursor:progress;background:var(--default);color:var(--muted);border-color:var(--border)}
.second{min-height:2.75rem;background:none;border-color:var(--border);color:var(--foreground);font-size:.875rem;line-height:1.25rem}
.plain{border-color:transparent;color:var(--link)}
.second:hover{background:var(--surface-hover)}
legend{padding:0;margin-bottom:.5rem;color:var(--muted)}
.choice{display:flex;align-items:center;gap:.75rem;min-height:2.75rem;padding:.5rem .75rem;margin-bottom:.5rem;border:1px solid var(--field-border);border-radius:.375rem;cursor:pointer}
.choice:hover{background:var(--surface-hover)}
.choice input{flex:none;width:1.25rem;height:1.25rem;margin:0;accent-color:var(--accent)}
.choice span{flex:1;min-width:0;font-weight:500}
.choice .num{font-weight:600}
.choice img,.at img{width:1.5rem;height:1.5rem;object-fit:contain;background:#fff;border-radius:.25rem}
.at{display:flex;align-items:center;gap:.5rem;margin-top:.75rem;font-size:.75rem;line-height:1rem;color:var(--muted)}
.under{margin-top:.75rem}
.bar{height:.1875rem;margin:.75rem 0 .625rem;border-radius:999px;background:linear-gradient(90deg,var(--warning) 40%,var(--default) 40%)}
.facts{margin-top:2rem;border-top:1px solid var(--border)}
.facts div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1rem;padding:.5rem 0;border-bottom:1px solid var(--separator)}
.facts dt{color:var(--muted)}
.facts dd{white-space:nowrap;margin-left:auto}
.head+.facts{margin-top:1.75rem}
details{border-bottom:1px solid var(--separator)}
.alone{margin-top:2rem;border-top:1px solid var(--border)}
summary{display:flex;align-items:center;justify-content:space-between;gap:1rem;min-height:2.75rem;color:var(--muted);cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary svg{width:1rem;height:1rem}
details[open] summary svg{transform:rotate(180deg)}
.other dl{display:grid;gap:.5rem}
.other dd{display:flex;align-items:center;justify-content:space-between;gap:0 .75rem}
.other dt{font-size:.75rem;line-height:1rem;color:var(--muted)}
.other p{padding:.75rem 0}
.copy{min-height:2rem;padding:.25rem .625rem;border:1px solid var(--border);border-radius:.25rem;background:none;color:var(--foreground);font:inherit;font-size:.75rem;cursor:pointer}
.copy:hover{background:var(--surface-hover)}
.copy[hidden]{display:none}
.other{margin-top:1.25rem;border-top:1px solid var(--separator)}
.other+.facts,.other+.alone{margin-top:0;border-top:0}
.papers{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:1rem}
.papers a{display:inline-flex;align-items:center;min-height:1.5rem}
.code{display:none}
.lines{list-style:none;padding:0 0 .5rem}
.lines li{display:flex;justify-content:space-between;gap:1rem;padding:.375rem 0;font-size:.75rem;line-height:1rem}
.lines li>span:first-child{min-width:0}
footer{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .5rem;margin-top:auto;padding-top:2rem;font-size:.75rem;line-height:1rem;color:var(--muted)}
footer svg{width:1rem;height:1rem}
footer a{display:inline-flex;align-items:center;min-height:1.5rem}
@media (min-width:48rem){.code{display:flex;align-items:center;gap:1rem;margin-top:1.25rem}.code img{display:block;flex:none;width:6rem;height:6rem;border-radius:.25rem;background:#fff}body{background:var(--background)}main{flex:none;min-height:44rem;margin-top:2.5rem;margin-bottom:2.5rem;padding:2rem;background:var(--surface);border:1px solid var(--separator);border-radius:.5rem}}
@media print{form,.langs,.bar,.notice,.copy{display:none}.other dl{padding-bottom:.5rem}main{min-height:0;border:0}}
@media (forced-colors:active){.button,.pill,.choice{border:1px solid}}
`;

export const STYLE = `${faces}${rules}`;
export const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;
