// `rollcall export`, as a process.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createHash, randomBytes } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { runRollcall } from "./runRollcall.ts"
import { canMount, onSmallDisk, withFileLimit } from "./smallDisk.ts"

/** A folder with a file of two syncs. */
const folderOf = () => Effect.tap(scratchFolder("export"), (folder) => Effect.sync(() => writeSyncs(folder)))

const writeSyncs = (folder: string, members = 1, group = "Web"): void => {
  const people = Array.from({ length: members }, (_, at) => `user:u${at}`)
  const sync = {
    types: ["user", "group"],
    resources: { "group:web": group, ...Object.fromEntries(people.map((id) => [id, `Name of ${id}`])) },
    entitlements: ["group:web:member"],
    grants: people.map((principal) => ({ entitlement: "group:web:member", principal })),
  }
  forgedFile(folder, [
    { ...sync, id: "early", resources: {}, grants: [] },
    { ...sync, id: "late" },
  ])
}

const exporting = (folder: string, ...args: ReadonlyArray<string>) =>
  runRollcall(["export", ...(args.includes("-f") ? [] : ["-f", "forged.c1z"]), ...args], { folder })

describe("rollcall export", () => {
  it.live("writes each form, says what is in it, and replaces it only with --force", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf()
      for (const format of ["csv", "ndjson", "sqlite", "xlsx"]) {
        const { code, out, err } = yield* exporting(folder, "--format", format, "--out", format)
        assert.deepStrictEqual([code, out], [0, ""], err)
        assert.match(
          err,
          new RegExp(
            `^Wrote ${format}:\n  resources_user: 1 row\n  resources_group: 1 row\n  memberships: 1 row`,
            "mu",
          ),
        )
        assert.strictEqual(statSync(join(folder, format)).mode & 0o077, 0)
      }
      const again = yield* exporting(folder, "--format", "xlsx", "--out", "xlsx")
      assert.strictEqual(again.code, 78)
      assert.match(again.err, /^error: xlsx is there already\.\n.*--force\.\n$/u)
      const forced = yield* exporting(folder, "--format", "csv", "--out", "csv", "--force", "--quiet")
      assert.deepStrictEqual(forced, { code: 0, out: "", err: "" })
      assert.match(
        readFileSync(join(folder, "csv/memberships.csv"), "utf8"),
        /\r\ngroup:web:member:user:u0,user,u0,Name of user:u0,/u,
      )
    }).pipe(Effect.scoped),
  )

  it.live("exports the sync that is named, and takes what else makes an account privileged", () =>
    Effect.gen(function* () {
      const folder = yield* folderOf()
      const early = yield* exporting(
        folder,
        "--sync-id",
        "early",
        "--format",
        "sqlite",
        "--out",
        "a.db",
        "--privileged",
        "group:*",
      )
      assert.strictEqual(early.code, 0, early.err)
      const database = new DatabaseSync(join(folder, "a.db"), { readOnly: true })
      assert.strictEqual(database.prepare("select id from sync").get()?.["id"], "early")
      database.close()
    }).pipe(Effect.scoped),
  )

  const misuses: ReadonlyArray<readonly [title: string, code: number, says: RegExp, args: ReadonlyArray<string>]> = [
    ["no form", 64, /--format/u, ["--out", "x"]],
    ["no place", 64, /--out/u, ["--format", "csv"]],
    ["a form that is none", 64, /"csv" \| "xlsx" \| "sqlite" \| "ndjson"/u, ["--format", "ods", "--out", "x"]],
    ["an empty place", 64, /a path that is not empty/u, ["--format", "csv", "--out", ""]],
    ["a sync that is not there", 64, /holds no sync/u, ["--format", "csv", "--out", "x", "--sync-id", "nope"]],
    [
      "a file that is none",
      65,
      /README cannot be read|is not a .c1z/u,
      ["-f", "README", "--format", "csv", "--out", "x"],
    ],
    ["a file that is not there", 78, /none\.c1z/u, ["-f", "none.c1z", "--format", "csv", "--out", "x"]],
    ["a folder that is not there", 78, /its folder is not there/u, ["--format", "csv", "--out", "no/x"]],
    [
      "the file that it reads as its place",
      78,
      /is a file that this command uses/u,
      ["--format", "xlsx", "--out", "forged.c1z", "--force"],
    ],
    [
      "a folder of other things as its place",
      78,
      /holds other things/u,
      ["--format", "csv", "--out", "papers", "--force"],
    ],
    ["a folder where a file is to be", 78, /is no file/u, ["--format", "sqlite", "--out", "papers", "--force"]],
  ]
  it.live.each(misuses)("refuses %s with %d", ([, code, says, args]) =>
    Effect.gen(function* () {
      const folder = yield* folderOf()
      writeFileSync(join(folder, "README"), "no file of ours")
      mkdirSync(join(folder, "papers"))
      writeFileSync(join(folder, "papers", "thesis.txt"), "mine")
      const before = readdirSync(folder)
      const run = yield* exporting(folder, ...args)
      assert.strictEqual(run.code, code, run.err)
      assert.match(run.err, says)
      assert.sameMembers(readdirSync(folder), before)
      assert.isTrue(existsSync(join(folder, "papers/thesis.txt")))
    }).pipe(Effect.scoped),
  )

  const fullDisks = [
    {
      disk: "a disk that is full",
      within: onSmallDisk(400, "cp -a early/. disk/"),
      out: "disk/out",
      says: "the disk is full",
      skip: !canMount,
    },
    {
      disk: "a limit of files",
      within: withFileLimit(200),
      out: "early/out",
      says: "(?:the disk is full|writing failed)",
      skip: false,
    },
  ]
  for (const { disk, within, out, says, skip } of fullDisks) {
    for (const format of ["csv", "ndjson", "sqlite", "xlsx"]) {
      it.live.skipIf(skip)(
        `ends with 74 where ${disk} stops a ${format}, leaves nothing, and keeps the one before`,
        () =>
          Effect.gen(function* () {
            const folder = yield* folderOf()
            mkdirSync(join(folder, "early"))
            assert.strictEqual((yield* exporting(folder, "--format", format, "--out", "early/out")).code, 0)
            const before = filesOf(join(folder, "early"))
            // The file has the long name once, and is below the limit; the export has it in every row, and it does not compress.
            writeSyncs(folder, 20, randomBytes(30_000).toString("base64"))
            const ended = yield* runRollcall(
              ["export", "-f", "forged.c1z", "--format", format, "--out", out, "--force"],
              {
                folder,
                within,
              },
            )
            assert.strictEqual(ended.code, 74, ended.err)
            assert.match(ended.err, new RegExp(`^error: ${out} cannot be written: ${says}\\.`, "mu"))
            const after = out.startsWith("disk") ? checksumsIn(ended.out) : filesOf(join(folder, "early"))
            assert.deepStrictEqual(after, before)
          }).pipe(Effect.scoped),
      )
    }
  }
})

/** The files of a folder by checksum, with their paths in it. */
const filesOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name)
        return [path.slice(folder.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")]
      }),
  )

/** The same of what `onSmallDisk` prints. */
const checksumsIn = (printed: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    printed
      .trimEnd()
      .split("\n")
      .map((line) => [
        line
          .slice(64)
          .trim()
          .replace(/^disk\//u, ""),
        line.slice(0, 64),
      ]),
  )
