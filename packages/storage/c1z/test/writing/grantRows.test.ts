// Grants are put together by SQLite, and odd ones by the encoder. Whatever their ids, the file holds what the encoder says.
import { assert, it } from "@effect/vitest"
import { encodeGrant, encodeGrantHead, encodeResource } from "@rollcall/c1-protocol"
import type { Grant, Resource } from "@rollcall/connector"
import { Effect } from "effect"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { membership, resultOf, syncOnce, team, teamType, userType } from "./smallSync.ts"
import { freshOutput, openWritten, rowsOf } from "./written.ts"

// A type's name takes part in the lengths, too, and one is so long that no length takes one byte.
const longType = { ...userType, id: "u".repeat(130) }
const types = [userType, { ...userType, id: "kündïg 🐻" }, longType]

const teams: ReadonlyArray<Resource> = [
  { id: team("red"), displayName: "Red" },
  { id: team("großes Team\u0000"), displayName: "x".repeat(900), profile: { level: 3, text: "€" } },
]

// On both sides of the lengths at which one byte of length no longer does, in characters of one to four bytes.
const ids = ["a", "é", "€", "🐻", "\u0000", "\ud800"].flatMap((character) => {
  const bytes = Buffer.byteLength(character)
  return [1, 100, 108, 109, 110, 116, 117, 118, 121, 122, 126, 127, 128, 300].map((length) =>
    character.repeat(Math.ceil(length / bytes)),
  )
})

const grants: ReadonlyArray<Grant> = teams.flatMap(({ id: on }, which) =>
  types.flatMap(({ id: resourceType }, type) =>
    ids.flatMap((resource, index) => {
      const grant = { entitlement: membership(on.resource).id, resource: on, principal: { resourceType, resource } }
      // Short and long ids of grants with short and long ids of principals.
      return [
        { ...grant, id: `${which}${type}${index}` },
        { ...grant, id: `${which}${type}${index}${ids[(index * 7) % ids.length]}`, immutable: true },
      ]
    }),
  ),
)

const bytesOf = (encoding: ReturnType<typeof encodeGrant>): string => {
  if (encoding._tag === "Refused") throw new Error(encoding.warning.message)
  return Buffer.from(encoding.bytes).toString("hex")
}

it.effect("every grant has the bytes of the encoder, whatever the length of its ids", () =>
  Effect.gen(function* () {
    const output = yield* freshOutput
    const odd = {
      ...grants[0]!,
      principal: { resourceType: "unlisted", resource: "a" },
      id: "of a type that is not listed",
    }
    const unknown = { ...grants[0]!, entitlement: "nobody's", id: "of an entitlement that is not there" }
    const entitlements = teams.map(({ id }) => membership(id.resource))
    const records = { resources: teams, entitlements, grants: [...grants, odd, unknown, grants[3]!] }
    const { published } = yield* Effect.provide(
      syncOnce(records, resultOf({ resourceTypes: [...types, teamType] })),
      workStoreLayer({ output }),
    )
    const db = yield* openWritten(output)
    const stored = new Map(
      rowsOf(db, "select external_id, data from v1_grants").map((row) => [
        String(row["external_id"]),
        row["data"] instanceof Uint8Array ? Buffer.from(row["data"]).toString("hex") : "",
      ]),
    )
    const heads = new Map(
      teams.map((owner) => {
        const encoding = encodeResource(owner, teamType)
        if (encoding._tag === "Refused") throw new Error(encoding.warning.message)
        const { id } = membership(owner.id.resource)
        return [id, encodeGrantHead(id, encoding.bytes)]
      }),
    )
    const expected = new Map(
      // SQLite's text has no half of a surrogate pair: what is read back has the mark in its place.
      grants.map((grant) => [grant.id.toWellFormed(), bytesOf(encodeGrant(grant, heads.get(grant.entitlement)!))]),
    )
    assert.deepStrictEqual(stored, expected)
    assert.deepStrictEqual(published.counts.grants, { team: grants.length })
    assert.strictEqual(published.leftOut, 1)
    assert.lengthOf(published.notes, 2)
  }),
)
