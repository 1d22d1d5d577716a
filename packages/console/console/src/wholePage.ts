// A page with its style and script around what it shows.
import type { Page } from "@rollcall/pages"
import { pageScript } from "./generated/pageScript.ts"
import type { ConsolePage } from "./pageData.ts"

/** The page as it is sent. */
export const wholePage = ({ frame, shown }: ConsolePage): Page => ({
  title: `${frame.title} - Rollcall console`,
  script: pageScript,
  style,
  fetches: "'self'",
  data: { frame, shown },
})

const style = `
nav.places{border-bottom:1px solid var(--line);margin:0 0 1.25rem;display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1rem}
nav.places ul{margin:0;gap:0 .25rem;flex:1}
nav.places a{display:block;padding:.6rem .75rem;text-decoration:none;color:var(--ink)}
nav.places a:hover{background:var(--raised)}
nav.places a[aria-current]{box-shadow:inset 0 -3px var(--accent);font-weight:600}
header.page{padding-top:.25rem}
.state{font-weight:600;white-space:nowrap}
form.fields{max-width:46rem}
form.fields .field{margin:.9rem 0}
form.fields label{display:block;font-weight:600}
form.fields .field :is(input:not([type=checkbox]),select,textarea){width:100%}
form.fields .choice label{display:inline;margin-left:.4rem}
.controls a{padding:.3rem 0}
.answer:empty{display:none}
body{padding-bottom:3rem}
#status:not(:empty){position:fixed;inset:auto 0 0;max-width:none;margin:0;padding:.6rem 1.25rem;background:var(--raised);color:var(--ink);border-top:1px solid var(--line)}
@media print{#status{position:static!important}}
`
