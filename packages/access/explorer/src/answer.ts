// Which page stands at which path.
import { UnknownName } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import type { Page } from "@rollcall/pages"
import { Effect } from "effect"
import { pageScript } from "./generated/pageScript.ts"
import type { ExplorerPage, Place } from "./pageData.ts"
import { places } from "./pageData.ts"
import type { Comparisons } from "./pages/Comparisons.ts"
import { differencesPage } from "./pages/differencesPage.ts"
import type { Explored } from "./pages/Explored.ts"
import { framed } from "./pages/Explored.ts"
import { gapsPage } from "./pages/gapsPage.ts"
import { listPage, searchPage } from "./pages/listPage.ts"
import { overviewPage } from "./pages/overviewPage.ts"
import { resourcePage } from "./pages/resourcePage.ts"
import type { Answer } from "./server/serve.ts"

/** What is looked through. */
export interface Content {
  readonly explored: Explored
  readonly comparisons: Comparisons
}

/** Answers requests with pages of the content. */
export const answerFrom = (content: Content): Answer => {
  const { explored } = content
  return (path, query) => {
    const place = placeOf(path)
    if (place === undefined)
      return Effect.succeed(trouble(explored, 404, "There is no such page.", "Begin with the overview."))
    return pageAt(content, place, query).pipe(
      Effect.map(({ page, again }) => ({
        status: 200,
        page: wholePage(page),
        headers: again ? { refresh: "2" } : undefined,
      })),
      Effect.catch((error) =>
        Effect.succeed(trouble(explored, error instanceof UnknownName ? 404 : 500, error.message, error.hint)),
      ),
    )
  }
}

const placeOf = (path: string): Place | undefined =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of a record.
  (Object.keys(places) as ReadonlyArray<Place>).find((place) => places[place] === path)

type Shown = { readonly page: ExplorerPage; readonly again?: boolean | undefined }

const pageAt = (
  { explored, comparisons }: Content,
  place: Place,
  query: URLSearchParams,
): Effect.Effect<Shown, StoreError | UnknownName> => {
  const alone = Effect.map((page: ExplorerPage): Shown => ({ page }))
  switch (place) {
    case "overview":
      return Effect.sync(() => ({ page: overviewPage(explored) }))
    case "gaps":
      return Effect.sync(() => ({ page: gapsPage(explored) }))
    case "search":
      return alone(searchPage(explored, query))
    case "resource":
      return alone(resourcePage(explored, query))
    case "differences":
      return differencesPage(explored, comparisons, query)
    default:
      return alone(listPage(explored, place, query))
  }
}

const wholePage = ({ frame, parts }: ExplorerPage): Page => ({
  title: `${frame.title} - Rollcall explorer`,
  script: pageScript,
  style,
  forms: "'self'",
  data: { frame, parts },
})

// The pages are a bar at the top, the one that is open stands out, and a form is one row with its button.
const style = `
nav.places{border-bottom:1px solid var(--line);margin:0 0 1.25rem}
nav.places ul{margin:0;gap:0 .25rem}
nav.places a{display:block;padding:.6rem .75rem;text-decoration:none;color:var(--ink)}
nav.places a:hover{background:var(--raised)}
nav.places a[aria-current]{box-shadow:inset 0 -3px var(--accent);font-weight:600}
header.page{padding-top:.25rem}
form.controls input[type=search]{width:min(18rem,70vw)}
`

/** A page that says why there is none. */
const trouble = (explored: Explored, status: number, message: string, hint: string) => ({
  status,
  page: wholePage(
    framed(explored, {
      title: status === 404 ? "Not found" : "The page could not be made",
      parts: [{ id: "trouble", heading: message, paragraphs: [hint] }],
    }),
  ),
})
