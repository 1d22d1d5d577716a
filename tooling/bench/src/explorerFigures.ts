// What a page of the explorer costs, in a small workspace and in a large one: it has to be about the same.
import { join } from "node:path"
import { workStoreLayer } from "@rollcall/c1z"
import type { Grant, Resource, ResourceType } from "@rollcall/connector"
import { entitlementId, grantOf, SyncStore } from "@rollcall/connector"
import type { Answer } from "@rollcall/explorer"
import { openExplorer } from "@rollcall/explorer"
import { htmlPage } from "@rollcall/pages"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import type { Figure } from "./Figure.ts"

/** Pages that are asked for in a row, and how often that is repeated; the quickest row counts, as others use the machine too. */
const inARow = 40
const rows = 7

/** How much more a page may cost in the large workspace than in the small one. */
const mostTimes = 1.5

const small = 10_000

/** A page of fifty rows: one that finds a single row is measured against it, as it costs less in any workspace. */
const fullPage = "people"

/** The costs of pages at so many people, against those at 10,000. */
export const explorerFigures = Effect.fnUntraced(function* (people: number): Effect.fn.Return<ReadonlyArray<Figure>> {
  const few = yield* pageCosts(small)
  const many = yield* pageCosts(people)
  const before = (name: string) => few.pages.find((page) => page.name === name)?.milliseconds ?? Number.NaN
  const size = people.toLocaleString("en")
  return [
    { name: `explorer at ${size} people: time until the first page`, measured: many.seconds, unit: "s" },
    ...many.pages.flatMap(({ name, milliseconds }): ReadonlyArray<Figure> => [
      { name: `explorer at ${size} people: ${name}`, measured: milliseconds, unit: "ms CPU" },
      {
        name: "  so many times that at 10,000",
        measured: milliseconds / Math.max(before(name), before(fullPage)),
        unit: "",
        atMost: mostTimes,
      },
    ]),
  ]
})

const pageCosts = (people: number) =>
  Effect.gen(function* () {
    const file = join(yield* scratchFolder("bench-explorer"), "sync.c1z")
    yield* writeFile(file, people)
    const began = performance.now()
    const answer = yield* openExplorer({ file, meanings: [{ id: "bench", meanings }] })
    const seconds = (performance.now() - began) / 1000
    const pages = yield* Effect.forEach(pagesOf(people), ([name, path, query]) =>
      Effect.map(costOf(answer, path, query), (milliseconds) => ({ name, milliseconds })),
    )
    return { seconds, pages }
  }).pipe(Effect.scoped, Effect.orDie)

const pagesOf = (
  people: number,
): ReadonlyArray<readonly [name: string, path: string, query: Readonly<Record<string, string>>]> => {
  const middle = personId(people / 2)
  const everybody = { type: "team", id: "all" }
  return [
    ["overview", "/", {}],
    [fullPage, "/people", {}],
    ["people, a page in the middle", "/people", { aftertype: "user", afterid: middle }],
    ["people, the guests", "/people", { kind: "guest" }],
    ["people, the guests, in the middle", "/people", { kind: "guest", aftertype: "user", afterid: middle }],
    ["people, one by an address", "/people", { search: addressOf(people / 2) }],
    ["a person", "/resource", { type: "user", id: middle }],
    ["groups", "/groups", {}],
    ["a group with everybody in it", "/resource", everybody],
    ["its members, a page in the middle", "/resource", { ...everybody, aftertype: "user", afterid: middle }],
    ["its members, the disabled", "/resource", { ...everybody, status: "disabled" }],
    ["search, for a part of a name", "/search", { search: nameOf(42).slice(2) }],
    ["gaps", "/gaps", {}],
  ]
}

const costOf = Effect.fnUntraced(function* (answer: Answer, path: string, query: Readonly<Record<string, string>>) {
  const once = Effect.flatMap(answer(path, new URLSearchParams(query)), ({ status, page }) =>
    status === 200 ? Stream.runDrain(htmlPage(page)) : Effect.die(`${path} ended with ${status}.`),
  )
  yield* once
  let least = Number.POSITIVE_INFINITY
  for (let row = 0; row < rows; row++) {
    const before = process.cpuUsage()
    for (let at = 0; at < inARow; at++) yield* once
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000 / inARow)
  }
  return least
})

const meanings = {
  kinds: [
    { entitlement: "role:guest:held", kind: "guest" as const },
    { entitlement: "role:member:held", kind: "member" as const },
  ],
  privileged: ["role:owner:held"],
  attributes: ["email", "kind", "status"] as const,
}

const personId = (at: number): string => `U${String(Math.floor(at)).padStart(7, "0")}`

/** Names as varied as people's: two words of two and three syllables. */
const nameOf = (at: number): string => {
  const syllable = (of: number): string => `${"bcdfghjklmnprstvwz".charAt(of % 18)}${"aeiou".charAt((of * 7 + 3) % 5)}`
  const word = (of: number, syllables: number): string =>
    Array.from({ length: syllables }, (_, place) => syllable(Math.floor(of / 90 ** place))).join("")
  const mixed = Math.imul(Math.floor(at), 2_654_435_761) >>> 0
  return `${word(mixed % 8100, 2)} ${word(mixed % 729_000, 3)}`
}

const addressOf = (at: number): string => `${nameOf(at).replace(" ", ".")}${Math.floor(at) % 97}@example.com`

/** Everybody is in one team and in one of a thousand others; one in ten is a guest, one in twenty disabled, one in 500 an owner. */
const writeFile = Effect.fnUntraced(
  function* (output: string, people: number) {
    const type = (id: string, traits: ResourceType["traits"]): ResourceType => ({
      id,
      displayName: id,
      traits,
      capabilities: ["sync"],
      permissions: [],
    })
    const types = [type("user", ["user"]), type("role", ["role"]), type("team", ["group"])]
    const things = [
      ...["guest", "member", "owner"].map((id) => ({ resourceType: "role", resource: id })),
      ...["all", ...Array.from({ length: 1000 }, (_, at) => `t${at}`)].map((id) => ({
        resourceType: "team",
        resource: id,
      })),
    ]
    const slugOf = (resourceType: string) => (resourceType === "role" ? "held" : "member")
    const store = yield* SyncStore
    yield* store.open({ connector: "bench", tenant: "B1", request: "full", reach: [], steps: ["all"] })
    const commit = (
      resources: ReadonlyArray<Resource>,
      grants: ReadonlyArray<Grant>,
      entitlements: Parameters<typeof store.commit>[0]["entitlements"],
      ended: boolean,
    ) =>
      store.commit(
        { resources, entitlements, grants },
        {
          step: "all",
          ended,
          pages: 1,
          records: 0,
          gaps: [],
          warnings: [],
          ...(ended ? {} : { cursor: String(resources[0]?.id.resource) }),
        },
      )
    const atOnce = 1000
    for (let from = 0; from < people; from += atOnce) {
      const numbers = Array.from({ length: Math.min(atOnce, people - from) }, (_, at) => from + at)
      const person = (at: number) => ({ resourceType: "user", resource: personId(at) })
      yield* commit(
        numbers.map((at) => ({
          id: person(at),
          displayName: nameOf(at),
          status: at % 20 === 3 ? "disabled" : "enabled",
          account: { accountType: "human", emails: [addressOf(at)] },
        })),
        numbers.flatMap((at) => [
          grantOf(
            { resourceType: "role", resource: at % 10 === 0 ? "guest" : at % 500 === 1 ? "owner" : "member" },
            "held",
            person(at),
          ),
          grantOf({ resourceType: "team", resource: "all" }, "member", person(at)),
          grantOf({ resourceType: "team", resource: `t${at % 1000}` }, "member", person(at)),
        ]),
        [],
        false,
      )
    }
    yield* commit(
      things.map((id) => ({ id, displayName: `Name of ${id.resource}` })),
      [],
      things.map((id) => ({
        id: entitlementId(id, slugOf(id.resourceType)),
        resource: id,
        slug: slugOf(id.resourceType),
        displayName: slugOf(id.resourceType),
        description: "",
        purpose: "assignment",
        grantableTo: ["user"],
      })),
      true,
    )
    yield* store.publish({
      kind: "full",
      source: { connector: "bench", tenant: { id: "B1", displayName: "Bench" } },
      resourceTypes: types,
      coverage: types.map(({ id }) => ({ resourceType: id, state: "complete", gaps: [] })),
      merge: [{ id: "all" }],
    })
  },
  (work, output) => Effect.provide(work, workStoreLayer({ output, keepSyncs: 1 })),
)
