// Pages of the console with hostile text wherever they have a text, in a real browser; and who sees which buttons.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { htmlPage } from "@rollcall/pages"
import type { TextPath } from "@rollcall/test-kit/chromium"
import {
  hasChromium,
  hostileEffects,
  hostilePageOf,
  openBrowser,
  seriousBarriers,
  watchedPage,
} from "@rollcall/test-kit/chromium"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import type { Act, ConsolePage, Shown } from "../src/pageData.ts"
import { allActs } from "../src/pageData.ts"
import { connectionPage } from "../src/pages/connectionPage.ts"
import { wholePage } from "../src/wholePage.ts"

const shown = { name: "sales", labels: { team: "Sales" }, state: "Degraded", because: "It lacks things." } as const
const recent = {
  syncs: [{ begun: 1, ended: 2, outcome: "error", records: 3, why: "It was refused." }],
  tasks: [{ id: "1", kind: "syncFull", received: 1, ended: 2, outcome: "success", why: "It is done." }],
} as const

const connection = connectionPage({
  shown: {
    ...shown,
    ...recent,
    isAdded: true,
    workspace: "T1",
    gaps: ["User groups"],
    servedBy: "one",
    progress: "3 records",
  },
  from: "added",
  settings: [["every", "6h"]],
  secrets: ["token"],
  leases: [{ principal: "ada", entitlement: "group:web:member", state: "active", begunAt: 1, endsAt: 2 }],
  audit: [{ at: 1, who: "ada", what: "connection.pause", outcome: "changed", reason: "It was asked for." }],
  lines: [{ at: 1, level: "INFO", text: "The sync began." }],
  isShared: true,
})

const field = { name: "token", description: "Its token.", isRequired: true } as const
const pages: Readonly<Record<string, Shown>> = {
  connections: { kind: "connections", rows: [connection.row] },
  connection: { kind: "connection", connection },
  add: {
    kind: "add",
    modules: [
      {
        id: "slack-pro",
        displayName: "Slack Pro",
        fields: [
          { ...field, type: "secret" },
          { name: "gov-env", type: "yes", description: "GovSlack." },
          { name: "speed", type: "choice", description: "How fast.", choices: ["", "slow"], default: "slow" },
        ],
        fixed: [["base-url", "http://127.0.0.1/"]],
      },
    ],
    fields: [{ name: "every", type: "text", description: "How often.", default: "6h" }],
  },
  refused: { kind: "add", modules: [], fields: [], noSecrets: "Rollcall keeps no secrets here." },
  rotate: { kind: "rotate", name: "sales", secrets: ["token"] },
  trouble: { kind: "trouble", heading: "There is none.", text: "Look elsewhere." },
}

const pageOf = (one: Shown, may: ReadonlyArray<Act> = allActs): ConsolePage => ({
  frame: { title: "Console", visitor: "Ada (admin)", may, csrfToken: "c", canSignOut: true },
  shown: one,
})

/** Words of the project that choose what is drawn, and what no text of the page shows. */
const isOurs = (place: TextPath): boolean => {
  const [last = "", before = ""] = place.toReversed()
  return (
    last === "kind" ||
    last === "type" ||
    last === "csrfToken" ||
    before === "may" ||
    (last === "id" && before !== "modules")
  )
}

const opened = Effect.fnUntraced(function* (html: string) {
  const folder = yield* scratchFolder("console")
  const file = join(folder, "page.html")
  writeFileSync(file, html)
  const watched = yield* watchedPage(yield* openBrowser)
  yield* Effect.promise(() => watched.page.goto(pathToFileURL(file).href))
  return watched
})

const htmlOf = (page: ConsolePage) =>
  Effect.map(Stream.runCollect(htmlPage(wholePage(page))), (pieces) => pieces.join(""))

describe.runIf(hasChromium)("pages of the console in Chromium", () => {
  it.live.each(Object.entries(pages))("make nothing but text of whatever the data says: %s", ([, one]) =>
    Effect.gen(function* () {
      const hostile = hostilePageOf(yield* htmlOf(pageOf(one)), isOurs)
      const { page, faults } = yield* opened(hostile.html)
      const { effects } = yield* hostileEffects(page, hostile)
      // A file has no server to fetch from; everything else would be a fault.
      const others = faults.filter((fault) => !/fetch|CORS|Failed to load|connect-src|URL scheme/u.test(fault))
      assert.deepStrictEqual({ effects, others }, { effects: [], others: [] })
      assert.isAbove(hostile.texts.size, 2)
    }).pipe(Effect.scoped),
  )

  it.live.each(Object.entries(pages))("have no barriers that axe finds: %s", ([, one]) =>
    Effect.gen(function* () {
      const { page } = yield* opened(yield* htmlOf(pageOf(one)))
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
    }).pipe(Effect.scoped),
  )

  it.live("show each visitor the buttons of what they may do", () =>
    Effect.gen(function* () {
      const buttons = Effect.fnUntraced(function* (may: ReadonlyArray<Act>, one: Shown) {
        const { page } = yield* opened(yield* htmlOf(pageOf(one, may)))
        return yield* Effect.promise(() => page.locator("main button, main #acts a, nav.places a").allInnerTexts())
      })
      const one: Shown = { kind: "connection", connection }
      assert.deepStrictEqual(yield* buttons([], one), ["Connections"])
      assert.deepStrictEqual(yield* buttons(["pause", "resume", "sync-now"], one), ["Connections", "Pause", "Sync now"])
      const all = ["Connections", "Add a connection", "Pause", "Sync now", "Rotate a token", "Remove"]
      assert.deepStrictEqual(yield* buttons(allActs, one), all)
      // An entry of the file is changed in the file.
      const inFile: Shown = {
        kind: "connection",
        connection: { ...connection, isAdded: false, secrets: [], isPaused: true },
      }
      assert.deepStrictEqual(yield* buttons(allActs, inFile), ["Connections", "Add a connection", "Resume", "Sync now"])
    }).pipe(Effect.scoped),
  )

  it.live("have no field for a token where none can be kept, and say why; GovSlack is a box to tick", () =>
    Effect.gen(function* () {
      const { add } = pages
      assert.isDefined(add)
      const { page } = yield* opened(yield* htmlOf(pageOf(add)))
      const count = (selector: string) => Effect.promise(() => page.locator(selector).count())
      assert.strictEqual(yield* count("input[type=password]"), 1)
      assert.strictEqual(yield* count("input[type=checkbox][name=set-gov-env]"), 1)
      const without: Shown = add.kind === "add" ? { ...add, noSecrets: "Rollcall keeps no secrets here." } : add
      const { page: other } = yield* opened(yield* htmlOf(pageOf(without)))
      assert.strictEqual(yield* Effect.promise(() => other.locator("input[type=password]").count()), 0)
      assert.include(yield* Effect.promise(() => other.innerText("form")), "Rollcall keeps no secrets here.")
    }).pipe(Effect.scoped),
  )
})
