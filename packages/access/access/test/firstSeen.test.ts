// Since when somebody holds something, as earlier syncs tell it.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { workStoreLayer } from "@rollcall/c1z"
import { assert, describe, it } from "@effect/vitest"
import type { Coverage } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import type { EarlierSync } from "../src/index.ts"
import { openAccess, sinceWhen } from "../src/index.ts"
import type { World } from "@rollcall/test-kit/small-world"
import { syncWorld, whole } from "@rollcall/test-kit/small-world"

const teams = { t1: "Engineering" }

/** The world on some days in which Ada is in the team, or not. */
const day = (inTeam: boolean, more: Partial<World> = {}): World => ({
  people: { ada: { teams: inTeam ? ["t1"] : [] } },
  teams,
  ...more,
})

const unread: ReadonlyArray<Coverage> = [
  ...whole("club", "user", "role"),
  {
    resourceType: "team",
    state: "partial",
    gaps: [{ resourceType: "team", missing: "members", reason: "scope", explanation: "" }],
  },
]

/** Since when Ada is in the team, by syncs of the first, second … of January; the last is the one that is read. */
const since = Effect.fnUntraced(function* (
  worlds: ReadonlyArray<World>,
  spoil: (file: string, at: number) => void = () => {},
) {
  const folder = yield* scratchFolder("since")
  const earlier: Array<EarlierSync> = []
  for (const [at, world] of worlds.entries()) {
    const file = join(folder, `${at}.c1z`)
    const id = yield* syncWorld(workStoreLayer({ output: file, keepSyncs: 10 }), world)
    earlier.unshift({ file, id, endedAt: `2026-01-0${at + 1}T03:00:00Z` })
  }
  for (const [at, { file }] of earlier.toReversed().entries()) spoil(file, at)
  const [latest, ...others] = earlier
  const access = yield* openAccess(latest?.file ?? "")
  const key = {
    entitlement: "team:t1:member",
    principal: { resourceType: "user", resource: "ada" },
    resourceType: "team",
  }
  const { of, notes } = yield* sinceWhen(access, Stream.make(key, key), others)
  const [found, other] = yield* of([key, { ...key, entitlement: "team:t2:member" }])
  assert.isUndefined(other)
  const isLast = found?.at === access.sync?.endedAt
  const when = found === undefined ? "not known" : isLast ? "last" : found.at.slice(8, 10)
  return { when: `${when}${found?.orBefore === true ? " or before" : ""}`, notes }
}, Effect.scoped)

describe("since when somebody holds something", () => {
  it.effect.each<readonly [string, ReadonlyArray<World>, string]>([
    ["the first sync that shows it, where one before does not", [day(false), day(true), day(true)], "02"],
    ["that time or before, where no sync does not show it", [day(true), day(true), day(true)], "01 or before"],
    ["the sync that is read, where it is new there", [day(true), day(false), day(true)], "last"],
    ["the first after it was gone for a time", [day(true), day(false), day(true), day(true)], "03"],
    ["not known without an earlier sync", [day(true)], "not known"],
    [
      "told over a sync that did not read all of the type",
      [day(false), day(true), day(false, { coverage: unread }), day(true)],
      "02",
    ],
    [
      "that time or before, where what is earlier did not read all of the type",
      [day(false, { coverage: unread }), day(true), day(true)],
      "02 or before",
    ],
  ])("is %s", ([, worlds, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* since(worlds), { when: expected, notes: [] })
    }),
  )

  it.effect("is told without a sync that cannot be read, which is named", () =>
    Effect.gen(function* () {
      const spoil = (file: string, at: number) => {
        if (at === 2) writeFileSync(file, "no file of ours")
      }
      const { when, notes } = yield* since([day(false), day(true), day(true), day(true)], spoil)
      assert.strictEqual(when, "02")
      assert.lengthOf(notes, 1)
      assert.include(notes[0], "2026-01-03T03:00:00Z")
    }),
  )
})
