// A connector of another team is used by its name, from the sources and from the bundle alike, with one copy of Effect.
import { assert, describe, it } from "@effect/vitest"
import { type ClubOptions, installClub, readBook } from "@rollcall/test-kit/club"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { runRollcall, sources } from "../runRollcall.ts"

const environment = { CLUB_KEY: "club_abcdef" }

/** A folder with the connector installed, and the command to run in it. */
const clubFolder = Effect.fnUntraced(function* (options: ClubOptions = {}, main?: string) {
  const folder = yield* scratchFolder("club")
  const name = installClub(folder, options)
  const run = (...args: ReadonlyArray<string>) => runRollcall(args, { folder, environment, main })
  return { folder, name, run, named: (...args: ReadonlyArray<string>) => run(...args, "--connector", name) }
})

// What loads a module differs between them; what is done with a loaded one does not.
const programs = [
  ["from the sources", sources],
  ["from the bundle", undefined],
] as const

const unusable: ReadonlyArray<readonly [ClubOptions, RegExp]> = [
  [{ effect: "^3.19.0" }, /needs effect \^3\.19\.0, and this Rollcall runs effect 4\.1\.0/],
  [{ source: (text) => text.replace("contract: 1", "contract: 2") }, /was written for contract 2/],
  [{ source: () => "throw new Error('the club is shut')" }, /cannot be loaded: the club is shut/],
  [{ source: () => "export const club = 1" }, /does not export a module as its default/],
  [
    { source: (text) => text.replace('id: "club",', 'id: "clubb",') },
    /has the id "club", and its connector the id "clubb"/,
  ],
  [
    { source: (text) => text.replace('  selectedBy: "key",', '  selectedBy: "key", actions: [],') },
    /does not declare the action close_club as its connector does: leave `actions` out/,
  ],
  [
    { source: (text) => text.replace("connector: () => connector", "connector") },
    /must be a function that returns the/,
  ],
]

describe.for(programs)("a connector of another team, %s,", ([, main]) => {
  it.live("syncs, is shown, grants, revokes and acts, beside another copy of Effect", () =>
    Effect.gen(function* () {
      const { folder, run, named } = yield* clubFolder({}, main)
      const sync = yield* named("sync")
      assert.strictEqual(sync.code, 0, sync.err)
      assert.match(sync.err, /Chess club/)
      const grants = yield* run("grants", "-o", "csv")
      assert.include(grants.out, "club:C1:key")
      assert.include(grants.out, "ada")

      const granted = yield* named("grant", "-e", "club:C1:key", "--principal", "ben", "--yes")
      assert.strictEqual(granted.code, 0, granted.err)
      assert.deepStrictEqual(readBook(folder).keys, ["ada", "ben"])
      const revoked = yield* named("revoke", "-e", "club:C1:key", "--principal", "ada", "--yes")
      assert.strictEqual(revoked.code, 0, revoked.err)
      assert.deepStrictEqual(readBook(folder).keys, ["ben"])
      const closed = yield* named("actions", "run", "close_club", "--yes")
      assert.strictEqual(closed.code, 0, closed.err)
      assert.isTrue(readBook(folder).closed)
    }),
  )

  it.live("that cannot be used is refused with one sentence", () =>
    Effect.gen(function* () {
      for (const [options, why] of unusable) {
        const { named } = yield* clubFolder(options, main)
        const { code, err } = yield* named("sync")
        assert.deepStrictEqual([code, why.test(err)], [64, true], err)
      }
    }),
  )
})

describe("a connector of another team", () => {
  it.live(
    "runs an action that makes something, once or for each line of a list, and gives what the system answered",
    () =>
      Effect.gen(function* () {
        const { folder, named } = yield* clubFolder()
        const help = yield* named("actions", "run", "make_room", "--help")
        assert.match(help.out.replaceAll(/\s+/gu, " "), /once, or once for each line of a list/)
        const missing = yield* named("actions", "run", "make_room", "--yes")
        assert.deepStrictEqual(
          [missing.code, /No arguments are given for "Make Room"\./u.test(missing.err)],
          [64, true],
        )
        const made = yield* named("actions", "run", "make_room", "--label", "attic", "--yes", "-o", "json")
        assert.deepStrictEqual(JSON.parse(made.out), {
          action: "make_room",
          outcome: "changed",
          result: { number: "R1" },
        })
        writeFileSync(join(folder, "rooms.csv"), "label\nattic\ncellar\n")
        const list = yield* named("actions", "run", "make_room", "--from", "rooms.csv", "--yes", "-o", "csv")
        assert.deepStrictEqual(
          list.out
            .trim()
            .split("\n")
            .map((line) => line.split(",").slice(1, 3).join()),
          ["Outcome,Number", "already,R1", "changed,R2"],
        )
      }),
  )

  it.live("has its settings in help, its credential in doctor, and its secrets masked", () =>
    Effect.gen(function* () {
      const { folder, named } = yield* clubFolder()
      const help = yield* named("sync", "--help")
      assert.match(help.out, /--key-file .*CLUB_KEY_FILE/s)
      const doctor = yield* named("doctor")
      assert.include(doctor.out, "Chess club (C1)")
      assert.strictEqual(doctor.code, 0, doctor.err)
      const { out, err } = yield* named("sync", "--book", "club_secretvalue")
      assert.notInclude(out + err, "club_secretvalue")
      const listed = yield* named("connectors", "-o", "json")
      assert.include(listed.out, join(folder, "node_modules/club-connector/index.js"))
    }),
  )

  it.live("that cannot be used ends with 78 where a variable names it", () =>
    Effect.gen(function* () {
      for (const [options, why] of unusable) {
        const { folder, name } = yield* clubFolder(options)
        const { code, err } = yield* runRollcall(["sync"], {
          folder,
          environment: { ...environment, BATON_CONNECTOR: name },
        })
        assert.deepStrictEqual([code, why.test(err)], [78, true], err)
      }
    }),
  )
})

it.live("a connector whose code fails is named, with the step and the place in its code", () =>
  Effect.gen(function* () {
    const { named } = yield* clubFolder({ source: (text) => text.replace("read().members.map", "read().people.map") })
    const { code, err } = yield* named("sync")
    assert.strictEqual(code, 1, err)
    assert.match(err, /The connector Club failed in its step members: .*club-connector\/index\.js:\d+:\d+/u)
    assert.notInclude(err, "should not")
  }),
)

it.live("a connector without its secret is refused before a request, with the variable that gives it", () =>
  Effect.gen(function* () {
    const { folder, name } = yield* clubFolder()
    for (const command of ["sync", "doctor"]) {
      const { code, err } = yield* runRollcall([command, "--connector", name], { folder, environment: {} })
      assert.deepStrictEqual([code, /Club has no key, .*\nSet CLUB_KEY, or CLUB_KEY_FILE/u.test(err)], [78, true], err)
    }
  }),
)

it.live(
  "a path may be a folder with an index file, and one that cannot be loaded says what its author does about it",
  () =>
    Effect.gen(function* () {
      const { folder, run } = yield* clubFolder()
      const files: ReadonlyArray<readonly [string, string, RegExp]> = [
        [
          "built/package.json",
          '{ "type": "module", "exports": "./dist/index.js" }',
          /cannot be loaded.*\n.*npm run build/u,
        ],
        ["enum/index.ts", "enum Kind { a }\nexport default Kind", /takes no enum/u],
        ["import/index.js", 'import "not-there-at-all"', /not-there-at-all.*\n.*npm install/u],
        ["syntax/index.js", "export default {", /`node \/.*syntax\/index\.js` shows the line/u],
        ["damaged/src/index.js", "export default {}", /has a package\.json that cannot be read: .*JSON/u],
        ["throws/index.js", 'throw new Error("no luck")', /no luck \(\/.*throws\/index\.js:1:7\)\./u],
      ]
      for (const [file, text, says] of files) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), text)
        if (file.startsWith("damaged")) writeFileSync(join(folder, "damaged/package.json"), "{")
        const { code, err } = yield* run("connectors", "--connector", `./${dirname(file)}`)
        assert.deepStrictEqual([code, says.test(err)], [64, true], err)
      }
    }),
)

it.live("a connector that a file of the folder names is refused until the file is named", () =>
  Effect.gen(function* () {
    const { folder, name, run } = yield* clubFolder()
    writeFileSync(join(folder, ".baton.yaml"), `connector: ${name}\n`)
    const refused = yield* run("sync")
    assert.deepStrictEqual([refused.code, /would run code/.test(refused.err)], [78, true], refused.err)
    assert.strictEqual((yield* run("--help")).code, 0)
    const synced = yield* run("sync", "--config", ".baton.yaml")
    assert.strictEqual(synced.code, 0, synced.err)
  }),
)

it.live("a connector that is not there is refused with where it was looked for", () =>
  Effect.gen(function* () {
    const { run } = yield* clubFolder()
    const help = yield* run("sync", "--help", "--connector", "chess-connector")
    assert.deepStrictEqual([help.code, /^CONNECTION FLAGS$/mu.test(help.out)], [0, true])
    assert.match(
      help.err,
      /^warning: .*npm install chess-connector.* help shows the settings of the connectors that come/u,
    )
    assert.strictEqual((yield* run("--version", "--connector", "chess-connector")).err, "")
    const missing = yield* run("sync", "--connector", "chess-connector")
    assert.deepStrictEqual([missing.code, /npm install chess-connector/.test(missing.err)], [64, true], missing.err)
    const gone = yield* run("sync", "--connector", "./chess.js")
    assert.deepStrictEqual([gone.code, /is not there/.test(gone.err)], [64, true], gone.err)
  }),
)
