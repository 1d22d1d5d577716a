// The package of a connector that another team made, as it lies in a folder after an install: a club with members and a key to
// its door, kept in a JSON file. Beside it stands another copy of Effect and of Rollcall's core, which must never be loaded.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

const connector = `
import { Context, Effect, Layer, Redacted } from "effect"
import { TaggedError } from "effect/Schema"
import { ConnectorError, entitlementId, grantOf } from "@rollcall/connector"
import { defineModule, implement } from "@rollcall/connector-module"
import { readFileSync, writeFileSync } from "node:fs"

if (typeof TaggedError !== "function") throw new Error("a part of Effect is not what it should be")

class Club extends Context.Service()("club/Club") {}

const club = (resource) => ({ resourceType: "club", resource })
const member = (resource) => ({ resourceType: "member", resource })
const change = (principal, holds) =>
  Club.use(({ update }) =>
    Effect.sync(() => update((state) => {
      const keys = state.keys.filter((id) => id !== principal.resource)
      return { ...state, keys: holds ? [...keys, principal.resource] : keys }
    })))

const connector = {
  id: "club",
  displayName: "Club",
  resourceTypes: [
    { id: "member", displayName: "Member", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "club", displayName: "Club", traits: ["group"], capabilities: ["sync", "provision"], permissions: [] },
  ],
  identify: Club.use(({ read, key }) => key.startsWith("club_")
    ? Effect.sync(() => ({ id: "C1", displayName: read().name }))
    : Effect.fail(new ConnectorError({
        reason: { _tag: "CredentialRejected" }, message: "The door does not open with " + key + ".", hint: "Use a key of the club.",
      }))),
  steps: [
    {
      id: "members", title: "members", produces: ["member"], scopes: [],
      page: () => Club.use(({ read }) => Effect.sync(() => ({
        resources: read().members.map((id) => ({ id: member(id), displayName: id, account: { status: "enabled" } })),
      }))),
    },
    {
      id: "keys", title: "keys", produces: ["club"], scopes: [],
      page: () => Club.use(({ read }) => Effect.sync(() => ({
        resources: [{ id: club("C1"), displayName: read().name }],
        entitlements: [{
          id: entitlementId(club("C1"), "key"), resource: club("C1"), slug: "key", displayName: "Key", description: "Opens the door",
          purpose: "assignment", grantableTo: ["member"],
        }],
        grants: read().keys.map((id) => grantOf(club("C1"), "key", member(id))),
      }))),
    },
  ],
  provisioning: {
    principalTypes: ["member"],
    slugs: { club: ["key"] },
    holders: () => Club.use(({ read }) => Effect.sync(() => read().keys.map(member))),
    grant: (_, principal) => Effect.as(change(principal, true), {}),
    revoke: (_, principal) => Effect.as(change(principal, false), {}),
    findPrincipals: (names) => Club.use(({ read }) => Effect.sync(() =>
      new Map(names.filter((name) => read().members.includes(name)).map((name) => [name, member(name)])))),
  },
  actions: [{
    name: "close_club", displayName: "Close Club", description: "Closes the club", kind: "accountDisable",
    arguments: [], returns: [{ name: "success", displayName: "Success", description: "Whether it is closed", type: "boolean" }],
    isDone: () => Club.use(({ read }) => Effect.sync(() => read().closed === true)),
    run: () => Club.use(({ update }) => Effect.sync(() => update((state) => ({ ...state, closed: true })))),
    result: () => ({ success: true }),
  }, {
    name: "make_room", displayName: "Make Room", description: "Makes a room", kind: "resourceCreate",
    arguments: [{ name: "label", displayName: "Label", description: "What it is called", type: "text" }],
    returns: [{ name: "number", displayName: "Number", description: "The number that it gets", type: "text" }],
    isDone: ({ label }) => Club.use(({ read }) => Effect.sync(() => {
      const { rooms = [] } = read()
      return rooms.includes(label) ? { number: "R" + (rooms.indexOf(label) + 1) } : false
    })),
    run: ({ label }) => Club.use(({ update }) =>
      Effect.sync(() => update((state) => ({ ...state, rooms: [...(state.rooms ?? []), label] })))),
    result: (_, seen) => seen,
  }],
}

export default defineModule({
  contract: 1,
  id: "club",
  displayName: "Club",
  fields: [
    { name: "key", type: "secret", description: "The key of the club." },
    { name: "book", type: "path", description: "The book of its members.", default: "club.json" },
  ],
  selectedBy: "key",
  variablePrefix: "CLUB_",
  secretForms: [/\\bclub_[0-9a-z]{4,}/gu],
  load: async () => implement({
    connector: () => connector,
    layer: (settings) => Layer.effect(Club, Effect.map(settings.key, (key) => {
      const read = () => JSON.parse(readFileSync(settings.book, "utf8"))
      return { key: Redacted.value(key), read, update: (f) => writeFileSync(settings.book, JSON.stringify(f(read()))) }
    })).pipe(Layer.orDie),
  }),
})
`

const throwing = (name: string) => ({
  "package.json": JSON.stringify({
    name,
    version: "4.1.999",
    type: "module",
    exports: { ".": "./index.js", "./*": "./index.js" },
  }),
  "index.js": `throw new Error("a second copy of ${name} was loaded")`,
})

/** What differs from the package as it should be. */
export interface ClubOptions {
  /** The range of Effect that it asks for. */
  readonly effect?: string
  /** Replaces parts of its source. */
  readonly source?: (text: string) => string
}

/** Writes the package and the book of the club below a folder, and gives the name of the package. */
export const installClub = (
  folder: string,
  { effect = "^4.1.0", source = (text) => text }: ClubOptions = {},
): string => {
  const home = join(folder, "node_modules/club-connector")
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  write(
    "package.json",
    JSON.stringify({
      name: "club-connector",
      version: "1.0.0",
      type: "module",
      exports: "./index.js",
      peerDependencies: { effect },
    }),
  )
  write("index.js", source(connector))
  for (const name of ["effect", "@rollcall/connector", "@rollcall/connector-module"]) {
    for (const [file, text] of Object.entries(throwing(name))) write(`node_modules/${name}/${file}`, text)
  }
  writeFileSync(
    join(folder, "club.json"),
    JSON.stringify({ name: "Chess club", members: ["ada", "ben"], keys: ["ada"] }),
  )
  return "club-connector"
}

/** The book of the club as it is now. */
export const readBook = (folder: string): { readonly keys: ReadonlyArray<string>; readonly closed?: boolean } =>
  JSON.parse(readFileSync(join(folder, "club.json"), "utf8"))
