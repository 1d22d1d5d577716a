// Who may import whom, as a rule by path: `packages/<room>/<package>`, apps, examples and tooling are rooms of their own. Arrows point
// down only. A new package inherits the rule of the folder that it stands in.

/** A kind of package and what its sources may import. Tests are freer: any declared package but an app. */
export interface Room {
  /** The rooms whose packages it may import. */
  readonly mayUse: ReadonlyArray<string>
  /**
   * The imports from outside the repository that it is held to, Node's own modules among them; `effect/*` stands for
   * every module of Effect. Where it is left out, whatever the package declares will do.
   */
  readonly outside?: ReadonlyArray<string>
  /** Whether it may import what Effect marks as unstable: such modules change in minor releases. */
  readonly unstableEffect?: boolean
  /** Whether it ships as one bundle, so that `devDependencies` are enough for its sources. */
  readonly bundled?: boolean
}

/** The rooms that stand on each other, from the ground up: each may use its own packages and those of all rooms before it. */
const stacked: ReadonlyArray<readonly [name: string, room: Omit<Room, "mayUse">]> = [
  ["core", {}],
  ["wire", {}],
  ["module", {}],
  ["clients", { unstableEffect: true }],
  ["connectors", { outside: ["effect", "effect/*"] }],
  ["storage", {}],
  ["access", {}],
  ["c1", {}],
  ["host", { unstableEffect: true }],
  ["console", { unstableEffect: true }],
  ["apps", { unstableEffect: true, bundled: true }],
]

const names = stacked.map(([name]) => name)

/** The rooms of this repository by name. */
export const rooms: Readonly<Record<string, Room>> = {
  ...Object.fromEntries(stacked.map(([name, room], at) => [name, { ...room, mayUse: names.slice(0, at + 1) }])),
  // The published rooms for tests and authors: any entry point but an app's.
  kit: { mayUse: [...names.slice(0, -1), "kit"], unstableEffect: true },
  // What somebody else can write: on published entry points, without Node's own modules or what Effect calls unstable.
  examples: { mayUse: ["core", "module", "clients"], outside: ["effect"] },
  tooling: { mayUse: [...names.slice(0, -1), "kit", "tooling"], unstableEffect: true, bundled: true },
}

/** The rooms below and with `c1`, but for `storage`. */
const notStorage = names.slice(0, names.indexOf("c1") + 1).filter((name) => name !== "storage")

/** What holds for single packages, by folder, in place of the rule of their room. */
export const exceptions: Readonly<Record<string, Partial<Room>>> = {
  "packages/core/connector": { mayUse: [], outside: ["effect"] },
  "packages/clients/api-client": { mayUse: ["core", "clients"], unstableEffect: false },
  "packages/clients/resilience": { mayUse: ["clients"], unstableEffect: false },
  // Effect's reader of CSV is marked unstable, and better than one of our own.
  "packages/access/access": { unstableEffect: true },
  // Effect's client of PostgreSQL, and its modules for SQL, are marked unstable.
  "packages/storage/postgres": { unstableEffect: true },
  // A connector is given clients and knows no file of ours.
  "packages/connectors/slack-pro": { mayUse: ["core", "module", "clients", "connectors"] },
  "packages/connectors/slack-business-plus": { mayUse: ["core", "module", "clients", "connectors"] },
  // Service mode works over any store: an app gives it one.
  "packages/c1/c1-client": { mayUse: notStorage },
  "packages/c1/c1-tasks": { mayUse: notStorage },
  // The demo and `rollcall simulate` run a simulator.
  "apps/cli": { mayUse: [...names, "kit"] },
  // Other people's tests depend on a simulator alone, so it stands on nothing of ours but the wire that it speaks.
  "packages/kit/slack-simulator": { mayUse: [] },
  "packages/kit/c1-simulator": { mayUse: ["wire"] },
  // The suite knows the contract, and no system, file or app.
  "packages/kit/connector-testkit": { mayUse: ["core", "module"], unstableEffect: false },
}

/** The name of the room that a folder of the workspace belongs to, such as `core` for `packages/core/config`. */
export const roomOf = (folder: string): string => {
  const [top = "", second = ""] = folder.split("/")
  return top === "packages" ? second : top
}
