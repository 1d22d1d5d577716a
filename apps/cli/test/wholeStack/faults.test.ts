// Bad input and faults through the whole command: each ends with one clear sentence, the next step and its exit code,
// leaves the file that stood there untouched, and loses nothing of the work so far.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { Fault, SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import type { Ended } from "./command.ts"
import { rollcall, startRollcall, world } from "./command.ts"

const hint = /\n[`A-Z].+/

/** One sentence and a next step on stderr, and never a stack. */
const assertExplained = ({ code, stderr, stdout }: Ended, expected: number, says: RegExp): void => {
  assert.strictEqual(code, expected, stderr)
  assert.match(stderr, says)
  assert.match(stderr, hint)
  assert.notMatch(stderr, /\n\s+at |node:internal/)
  assert.strictEqual(stdout, "")
}

let earlier: Promise<Buffer> | undefined
/** A file as an earlier sync left it; made once, by the command itself. */
const earlierFile = Effect.promise(
  () =>
    (earlier ??= Effect.runPromise(
      Effect.gen(function* () {
        const { sync, file } = yield* world()
        assert.strictEqual((yield* sync()).code, 0)
        return readFileSync(file)
      }).pipe(Effect.scoped),
    )),
)

interface Case {
  readonly title: string
  readonly options?: SimulatorOptions
  readonly args?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly code: number
  readonly says: RegExp
}

const always = (method: string, fault: Fault["fault"]): ReadonlyArray<Fault> => [{ method, times: "always", fault }]
const errorOf = (method: string, error: string) => always(method, { kind: "error", error })

const beforeAnythingBegan: ReadonlyArray<Case> = [
  { title: "a wrong token", environment: { BATON_TOKEN: "xoxb-1-not-a-token" }, code: 77, says: /token/i },
  { title: "a revoked token", options: { faults: errorOf("auth.test", "token_revoked") }, code: 77, says: /revoked/ },
  { title: "an expired token", options: { faults: errorOf("auth.test", "token_expired") }, code: 77, says: /expired/ },
  {
    title: "a token of the wrong kind",
    options: { faults: errorOf("auth.test", "not_allowed_token_type") },
    code: 77,
    says: /kind|type/,
  },
  {
    title: "a token of an org-level Enterprise install",
    options: { enterprise: "org" },
    code: 77,
    says: /organisation/,
  },
  {
    title: "a token with a line break in it",
    environment: { BATON_TOKEN: "xoxb-1\nxoxb-2" },
    code: 77,
    says: /token/i,
  },
  {
    title: "a missing required scope",
    options: { botScopes: ["team:read", "usergroups:read"] },
    code: 77,
    says: /users:read/,
  },
  {
    title: "a network that is down",
    environment: { BATON_BASE_URL: "http://127.0.0.1:1/api/" },
    code: 69,
    says: /127\.0\.0\.1/,
  },
  {
    title: "a host name that does not resolve",
    environment: { BATON_BASE_URL: "https://slack.invalid/api/" },
    code: 69,
    says: /slack\.invalid/,
  },
  {
    title: "a Slack that answers nothing but 500 and HTML",
    options: { faults: always("*", { kind: "htmlError" }) },
    code: 69,
    says: /500/,
  },
  {
    title: "a storm of 429 that outlasts all patience",
    options: { faults: always("*", { kind: "rateLimited", retryAfter: 3600 }) },
    code: 69,
    says: /too often/,
  },
  { title: "no token", environment: { BATON_TOKEN: "" }, code: 78, says: /token/i },
  { title: "an unknown flag", args: ["--no-such-flag"], code: 64, says: /no-such-flag/ },
  {
    title: "a type in a flag that does not exist",
    args: ["--sync-resource-types", "robot"],
    code: 64,
    says: /--sync-resource-types .*robot/,
  },
  {
    title: "a type in a variable that does not exist",
    environment: { BATON_SYNC_RESOURCE_TYPES: "robot" },
    code: 78,
    says: /BATON_SYNC_RESOURCE_TYPES .*robot/,
  },
]

describe.concurrent("a sync that cannot begin", () => {
  for (const { title, options, args, environment, code, says } of beforeAnythingBegan) {
    it.live(`because of ${title} ends with ${code} and leaves the file as it was`, () =>
      Effect.gen(function* () {
        const { sync, file } = yield* world(options)
        const before = yield* earlierFile
        writeFileSync(file, before)
        assertExplained(yield* sync(args, environment === undefined ? {} : { environment }), code, says)
        assert.isTrue(before.equals(readFileSync(file)))
      }),
    )
  }

  it.live("because its output is a directory ends with 78", () =>
    Effect.gen(function* () {
      const { sync, file } = yield* world()
      mkdirSync(file)
      assertExplained(yield* sync(), 78, /directory/)
    }),
  )

  it.live("because its folder does not exist, or takes no files, ends with 78", () =>
    Effect.gen(function* () {
      const { sync, file } = yield* world()
      assertExplained(yield* sync(["--file", join(dirname(file), "none", "sync.c1z")]), 78, /none/)
      // Takes no new file even from root, unlike a folder whose permissions say so.
      assertExplained(yield* sync(["--file", "/proc/sync.c1z"]), 78, /proc/)
    }),
  )

  it.live("never shows the token, not even one that is wrong", () =>
    Effect.gen(function* () {
      const { sync } = yield* world()
      const secret = "xoxb-987654321-secret"
      const { stderr } = yield* sync(["--log-level", "debug"], { environment: { BATON_TOKEN: secret } })
      assert.notInclude(stderr, secret)
    }),
  )
})

describe("a token that is typed in the wrong place", () => {
  const secret = "xoxb-987654321-secret"
  for (const args of [
    ["sync", secret],
    ["--token", secret, "sync"],
    ["sync", "--log-level", secret],
  ]) {
    it.live(`is not repeated: ${args.join(" ").replace(secret, "TOKEN")}`, () =>
      Effect.gen(function* () {
        const { code, stdout, stderr } = yield* rollcall(args)
        assert.notInclude(stdout + stderr, secret)
        assert.notStrictEqual(code, 0)
      }),
    )
  }
})

describe("a sync whose messages nobody reads", () => {
  it.live("publishes all the same", () =>
    Effect.gen(function* () {
      const { sync, file } = yield* world({ faults: [{ method: "users.list", fault: { kind: "delay", millis: 300 } }] })
      // The reader of its standard error ends before it has anything to say.
      const { code } = yield* sync([], { shell: "exec 2> >(exec true); sleep 0.1;" })
      assert.strictEqual(code, 0)
      assert.isTrue(existsSync(file))
    }),
  )
})

describe("a sync whose summary cannot be written", () => {
  it.live("ends with 74, says so, and has published all the same", () =>
    Effect.gen(function* () {
      const { sync, file } = yield* world()
      assertExplained(yield* sync(["-o", "json"], { shell: "exec > /dev/full;" }), 74, /results could not be written/)
      assert.isTrue(existsSync(file))
    }),
  )
})

describe.concurrent("a sync that is interrupted", () => {
  /** Pages of 200, so that there is a page before the fault and one after it. */
  const manyPages: SimulatorOptions = { users: 500, limitRequiredAbove: 200 }
  const laterCall = (fault: Fault["fault"], times: Fault["times"] = "always"): SimulatorOptions => ({
    ...manyPages,
    faults: [{ method: "users.list", call: 4, times, fault }],
  })

  const cases: ReadonlyArray<readonly [string, SimulatorOptions, RegExp]> = [
    ["a token that is revoked midway", laterCall({ kind: "revokeToken", token: "bot" }, 1), /revoked/],
    ["a Slack that begins to answer 500 and HTML", laterCall({ kind: "htmlError" }), /500/],
    ["a storm of 429 that outlasts all patience", laterCall({ kind: "rateLimited", retryAfter: 3600 }), /too often/],
    ["connections that are cut in mid-body", laterCall({ kind: "cut" }), /connection|network|cut/i],
    ["replies that end in mid-sentence", laterCall({ kind: "truncated" }), /incomplete JSON/],
  ]
  for (const [title, options, says] of cases) {
    it.live(
      `by ${title} ends with 75, keeps the old file, and continues when run again`,
      () =>
        Effect.gen(function* () {
          const { sync, file, slack } = yield* world(options)
          const before = yield* earlierFile
          writeFileSync(file, before)
          assertExplained(yield* sync(), 75, says)
          assert.isTrue(before.equals(readFileSync(file)))

          slack.clearFaults()
          const calls = slack.calls()["users.list"] ?? 0
          const again = yield* sync([], { environment: { BATON_TOKEN: slack.userToken } })
          assert.strictEqual(again.code, 0, again.stderr)
          assert.strictEqual((slack.calls()["users.list"] ?? 0) - calls, 1, "only the page that was missing")
        }),
      60_000,
    )
  }

  it.live("by a full disk ends with 74, keeps the old file, and continues when there is room", () =>
    Effect.gen(function* () {
      const { sync, file } = yield* world({ users: 3000 })
      assert.strictEqual((yield* sync()).code, 0)
      const before = readFileSync(file)
      // No file may grow beyond 400 blocks of 512 bytes: the same refusal to SQLite as a disk without room.
      assertExplained(yield* sync([], { shell: "ulimit -f 400;" }), 74, /could not be written/)
      assert.isTrue(before.equals(readFileSync(file)))
      assert.strictEqual((yield* sync()).code, 0)
    }),
  )

  it.live("by Ctrl-C ends with 130 and one sentence, and continues when run again", () =>
    Effect.gen(function* () {
      const { sync, environment, file, slack } = yield* world(laterCall({ kind: "never" }))
      const running = startRollcall(["sync"], { environment })
      yield* Effect.promise(async () => {
        while ((slack.calls()["users.list"] ?? 0) < 4) await new Promise((resolve) => setTimeout(resolve, 10))
      })
      running.kill("SIGINT")
      const ended = yield* Effect.promise(() => running.ended)
      assert.strictEqual(ended.code, 130)
      assert.match(ended.stderr, /again/)
      assert.isFalse(existsSync(file))

      slack.clearFaults()
      const before = slack.calls()["users.list"] ?? 0
      assert.strictEqual((yield* sync()).code, 0)
      // The page that was missing, and perhaps the one that was being stored when the signal came.
      assert.isAtMost((slack.calls()["users.list"] ?? 0) - before, 2)
    }),
  )
})

describe.concurrent("a sync that meets a fault that passes", () => {
  const cases: ReadonlyArray<readonly [string, Fault["fault"], number]> = [
    ["a storm of 429", { kind: "rateLimited", retryAfter: 1 }, 3],
    ["a 500 with HTML", { kind: "htmlError" }, 1],
    ["a connection that is cut in mid-body", { kind: "cut" }, 1],
    ["an expired cursor", { kind: "expireCursors" }, 1],
    ["a member that is no object", { kind: "malformedRecord", record: 7 }, 1],
  ]
  for (const [title, fault, times] of cases) {
    it.live(`such as ${title} goes on and loses nobody`, () =>
      Effect.gen(function* () {
        const options = { users: 500, limitRequiredAbove: 200 }
        const { sync, file } = yield* world({ ...options, faults: [{ method: "users.list", call: 3, times, fault }] })
        const { code, stderr } = yield* sync()
        assert.strictEqual(code, 0, stderr)
        const accounts = yield* rollcall(["resources", "-f", file, "-t", "user", "-o", "ndjson"])
        assert.lengthOf(accounts.stdout.trimEnd().split("\n"), 501)
      }),
    )
  }
})

describe("two syncs of one file", () => {
  it.live("at the same time: the second ends with 75 and says who holds the file", () =>
    Effect.gen(function* () {
      const faults = always("usergroups.list", { kind: "never" })
      const { sync, environment, slack } = yield* world({ faults })
      const first = startRollcall(["sync"], { environment })
      yield* Effect.promise(async () => {
        while ((slack.calls()["usergroups.list"] ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      })
      const second = yield* sync()
      first.kill("SIGKILL")
      yield* Effect.promise(() => first.ended)
      assertExplained(second, 75, /process \d+/)

      slack.clearFaults()
      assert.strictEqual((yield* sync()).code, 0, "the dead process holds nothing")
    }),
  )
})

describe("an odd workspace", () => {
  const user = (id: string, more: object) => ({ id, team_id: "T1", name: id, deleted: false, ...more })
  const workspace = (users: ReadonlyArray<ReturnType<typeof user>>): SimulatorOptions => ({
    workspace: {
      team: { id: "T1", name: "Acme", domain: "acme" },
      users: JSON.parse(JSON.stringify(users)),
      usergroups: [],
    },
  })

  it.live("without anyone in it, not even the account of the token, is not believed", () =>
    Effect.gen(function* () {
      const { sync } = yield* world(workspace([]))
      const { code, stderr } = yield* sync()
      assert.strictEqual(code, 75, stderr)
      assert.include(stderr, "not the account of the token itself")
    }),
  )

  it.live("with accounts without profile, without e-mail and with empty names is synced", () =>
    Effect.gen(function* () {
      const odd = [user("U1", {}), user("U2", { profile: null }), user("U3", { name: "", profile: { email: "" } })]
      const { sync, file } = yield* world(workspace(odd))
      assert.strictEqual((yield* sync()).code, 0)
      const { stdout } = yield* rollcall(["resources", "-f", file, "-t", "user", "-o", "ndjson"])
      assert.lengthOf(stdout.trimEnd().split("\n"), 3)
    }),
  )

  it.live("with names in any script, very long ones and control characters is shown without harm", () =>
    Effect.gen(function* () {
      const names = ["山田太郎", "שלום", "👩‍👩‍👧‍👦", "x".repeat(10_000), "\u001b[31mred\u0007", "a\u202Eb", "tab\tline\n"]
      const { sync, file } = yield* world(workspace(names.map((name, index) => user(`U${index}`, { name }))))
      const synced = yield* sync()
      assert.strictEqual(synced.code, 0, synced.stderr)
      const { stdout } = yield* rollcall(["resources", "-f", file, "-t", "user", "-o", "table"])
      assert.include(stdout, "山田太郎")
      // oxlint-disable-next-line no-control-regex
      assert.notMatch(stdout, /[\u0000-\u0009\u000B-\u001F\u007F\u202E]/)
    }),
  )
})

describe("a missing optional scope", () => {
  const options: SimulatorOptions = { botScopes: ["team:read", "users:read", "users:read.email"] }

  it.live("is named in the summary, and the sync ends well", () =>
    Effect.gen(function* () {
      const { sync } = yield* world(options)
      const { code, stderr } = yield* sync()
      assert.strictEqual(code, 0, stderr)
      assert.include(stderr, "usergroups:read")
    }),
  )

  it.live("is an error under --strict, though the file is published", () =>
    Effect.gen(function* () {
      const { sync, file } = yield* world(options)
      assert.strictEqual((yield* sync(["--strict"])).code, 77)
      assert.isTrue(existsSync(file))
    }),
  )
})
