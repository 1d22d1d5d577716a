// `rollcall explorer`, as a process.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { once } from "node:events"
import { delimiter, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { startSimulator } from "@rollcall/slack-simulator"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { isOneFile } from "@rollcall/test-kit/bundles"
import { Effect } from "effect"
import type { Run } from "./runRollcall.ts"
import { runRollcall, startRollcall } from "./runRollcall.ts"
import { canMount, onSmallDisk } from "./smallDisk.ts"

const folderWithFile = Effect.map(scratchFolder("explorer"), (folder) => {
  const sync = { types: ["user", "group"], resources: { "group:web": "Web", "user:ada": "Ada" } }
  forgedFile(folder, [
    { ...sync, id: "early" },
    {
      ...sync,
      id: "late",
      entitlements: ["group:web:member"],
      grants: [{ entitlement: "group:web:member", principal: "user:ada" }],
    },
  ])
  return folder
})

const eventually = (run: Run, holds: () => boolean) =>
  Effect.promise(async () => {
    let ended = false
    void run.ended.then(() => (ended = true))
    while (!holds()) {
      if (ended) throw new Error(`It ended too early: ${run.err()}`)
      // oxlint-disable-next-line no-await-in-loop -- Until it is so.
      await new Promise((next) => setTimeout(next, 10))
    }
  })

const get = (url: string, cookie?: string) =>
  Effect.promise(() =>
    fetch(url, { redirect: "manual", headers: cookie === undefined ? {} : { cookie } }).then(async (reply) => ({
      status: reply.status,
      cookie: reply.headers.get("set-cookie")?.split(";")[0],
      text: await reply.text(),
    })),
  )

/** An opener as Linux has it, which notes what it is given. */
const opener = (folder: string, script: string): Readonly<Record<string, string>> => {
  const bin = join(folder, "bin")
  mkdirSync(bin)
  mkdirSync(join(folder, "tmp"))
  writeFileSync(join(bin, "xdg-open"), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, "xdg-open"), 0o755)
  const tmp = join(folder, "tmp")
  return { PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`, TMPDIR: tmp, HOME: tmp }
}

describe("rollcall explorer", () => {
  it.live("prints a link that lets one in, shows the sync, and ends well with Ctrl-C", () =>
    Effect.gen(function* () {
      const folder = yield* folderWithFile
      const run = startRollcall(["explorer", "-f", "forged.c1z", "--no-open"], { folder })
      yield* eventually(run, () => run.out().endsWith("\n"))
      const link = run.out().trim()
      assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/link\?key=[\w-]{43}$/u)
      assert.notInclude(run.err(), link.split("key=")[1] ?? "")
      assert.notInclude(run.err(), "browser could be opened")
      // A log has one line for what a terminal sees grow.
      assert.strictEqual(run.err().split("Unpacking and indexing forged.c1z…\n").length, 2)
      const entered = yield* get(link)
      assert.strictEqual(entered.status, 303)
      const page = yield* get(new URL("/resource?type=user&id=ada", link).href, entered.cookie)
      assert.include(page.text, '"Web"')
      assert.include(page.text, "member (direct)")
      assert.strictEqual((yield* get(link)).status, 403)
      run.signal("SIGINT")
      const { code, err } = yield* Effect.promise(() => run.ended)
      assert.strictEqual(code, 0, err)
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(process.platform !== "linux")(
    "opens a browser by a file, so that no argument has the secret, and leaves nothing when it is ended",
    () =>
      Effect.gen(function* () {
        const folder = yield* folderWithFile
        const environment = opener(
          folder,
          `printf '%s\\n' "$@" > "${folder}/arguments.new"; mv "${folder}/arguments.new" "${folder}/arguments"`,
        )
        const run = startRollcall(["explorer", "-f", "forged.c1z"], { folder, environment })
        yield* eventually(run, () => existsSync(join(folder, "arguments")))
        const path = readFileSync(join(folder, "arguments"), "utf8").trim()
        assert.match(path, /\/rollcall-open-\w+\/open\.html$/u)
        assert.strictEqual(statSync(path).mode & 0o777, 0o600)
        const secret = /file\?key=([\w-]{43})/u.exec(readFileSync(path, "utf8"))?.[1] ?? ""
        assert.lengthOf(secret, 43)
        assert.notInclude(run.out() + run.err(), secret)
        run.signal("SIGTERM")
        const { code, err } = yield* Effect.promise(() => run.ended)
        assert.strictEqual(code, 0, err)
        assert.deepStrictEqual(readdirSync(join(folder, "tmp")), [])
      }).pipe(Effect.scoped),
  )

  it.live.skipIf(isOneFile)("tells on a terminal how far unpacking is, and takes that back when it is done", () =>
    Effect.gen(function* () {
      const folder = yield* folderWithFile
      const terminal = "data:text/javascript,Object.assign(process.stderr,{isTTY:true,columns:80})"
      const run = startRollcall(["explorer", "-f", "forged.c1z", "--no-open"], {
        folder,
        environment: { NODE_OPTIONS: `--import=${terminal}` },
      })
      yield* eventually(run, () => run.out().endsWith("\n"))
      assert.match(run.err(), /^(?:\S*Unpacking|Indexing) forged\.c1z.*\n/u)
      assert.include(run.err(), "\u001b[1A\u001b[JThe explorer runs at ")
      run.signal("SIGINT")
      yield* Effect.promise(() => run.ended)
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(process.platform !== "linux")("prints a link where no browser can be opened", () =>
    Effect.gen(function* () {
      const folder = yield* folderWithFile
      const run = startRollcall(["explorer", "-f", "forged.c1z"], { folder, environment: opener(folder, "exit 3") })
      yield* eventually(run, () => run.out().endsWith("\n"))
      assert.match(run.err(), /No browser could be opened: xdg-open ended with 3\./u)
      assert.strictEqual((yield* get(run.out().trim())).status, 303)
      run.signal("SIGINT")
      yield* Effect.promise(() => run.ended)
    }).pipe(Effect.scoped),
  )

  it.live("offers the full syncs of an archive for comparison, and no narrowed one", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ users: 12, userGroups: 2, rateLimits: "off" })
      const folder = yield* scratchFolder("explorer")
      const environment = {
        BATON_TOKEN: slack.botToken,
        BATON_BASE_URL: slack.webApiUrl,
        BATON_RATE_LIMITS: "off",
        BATON_ARCHIVE: "history",
        BATON_ARCHIVE_KEEP: "all",
      }
      const sync = (...args: ReadonlyArray<string>) => runRollcall(["sync", "-q", ...args], { folder, environment })
      yield* sync("-f", "earlier.c1z")
      yield* sync("-f", "narrowed.c1z", "--sync-resource-types", "user")
      yield* sync()
      const listed = yield* runRollcall(["history", "-o", "json"], { folder, environment })
      const copies: ReadonlyArray<{ id: string; type: string }> = JSON.parse(listed.out).syncs
      assert.deepStrictEqual(
        copies.map(({ type }) => type),
        ["full", "partial", "full"],
      )
      const run = startRollcall(["explorer", "--no-open"], { folder, environment })
      yield* eventually(run, () => run.out().endsWith("\n"))
      const link = run.out().trim()
      const { cookie } = yield* get(link)
      const page = yield* get(new URL("/differences", link).href, cookie)
      assert.deepStrictEqual(
        copies.map(({ id }) => page.text.includes(id)),
        [true, false, true],
      )
      run.signal("SIGINT")
      yield* Effect.promise(() => run.ended)
    }).pipe(Effect.scoped),
  )

  const misuses: ReadonlyArray<readonly [what: string, code: number, says: RegExp, args: ReadonlyArray<string>]> = [
    ["a port that is none", 64, /a whole number from 0 to 65535/u, ["--port", "65536"]],
    ["a port that is a word", 64, /a whole number from 0 to 65535/u, ["--port", "http"]],
    ["a sync that is not there", 64, /holds no sync/u, ["--sync-id", "nope"]],
    ["a form of results", 64, /Unrecognized flag: -o/u, ["-o", "json"]],
    ["a file that is none", 65, /README cannot be read/u, ["-f", "README"]],
    ["a file that is not there", 78, /none\.c1z/u, ["-f", "none.c1z"]],
    [
      "a workspace that no archive has",
      64,
      /history has no workspace T1/u,
      ["--archive", "history", "--workspace", "T1"],
    ],
  ]
  it.live.each(misuses)("refuses %s with %d", ([, code, says, args]) =>
    Effect.gen(function* () {
      const folder = yield* folderWithFile
      writeFileSync(join(folder, "README"), "no file of ours")
      const run = yield* runRollcall(
        ["explorer", "--no-open", ...(args.includes("-f") ? [] : ["-f", "forged.c1z"]), ...args],
        { folder },
      )
      assert.strictEqual(run.code, code, run.err)
      assert.match(run.err, says)
      assert.strictEqual(run.out, "")
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canMount)("ends with 74, and both figures, where the unpacked copy does not fit", () =>
    Effect.gen(function* () {
      const folder = yield* folderWithFile
      const { code, err } = yield* runRollcall(
        ["explorer", "-f", "forged.c1z", "--no-open", "--c1z-temp-dir", "disk"],
        {
          folder,
          within: onSmallDisk(20, "true"),
        },
      )
      assert.strictEqual(code, 74, err)
      assert.match(
        err,
        /forged\.c1z cannot be unpacked into disk: it takes 0\.\d+ MB there, and 0\.02 MB are free\.\n.*--c1z-temp-dir/u,
      )
    }).pipe(Effect.scoped),
  )

  it.live("refuses a port that is taken with 78, before the file is unpacked", () =>
    Effect.gen(function* () {
      const folder = yield* folderWithFile
      const taken = yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const server = createServer().listen(0, "127.0.0.1")
          await once(server, "listening")
          return server
        }),
        (server) => Effect.sync(() => server.close()),
      )
      const address = taken.address()
      const port = typeof address === "object" ? String(address?.port) : ""
      const run = yield* runRollcall(["explorer", "-f", "none.c1z", "--no-open", "--port", port], { folder })
      assert.strictEqual(run.code, 78, run.err)
      assert.match(run.err, new RegExp(`port ${port}: another program does`, "u"))
    }).pipe(Effect.scoped),
  )
})
