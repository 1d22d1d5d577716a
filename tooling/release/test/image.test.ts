// The image as it runs in a cluster, without a container engine: its root read-only, under the image's user and under any other. It takes
// Linux and root's rights.
import { assert, describe, it } from "@effect/vitest"
import { startC1 } from "@rollcall/c1-simulator"
import { startSimulator as startSlack } from "@rollcall/slack-simulator"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { Effect } from "effect"
import { copyFileSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import { canRunInRoot } from "../src/image/runInRoot.ts"
import { inside, makeRoot, startInRoot, untilSynced, workFolderIn } from "./imageRoot.ts"
import { identityInside, programsInside, writingInside } from "./insideImage.ts"

const place = mkdtempSync(join(tmpdir(), "rollcall-image-"))
const root = join(place, "root")
afterAll(() => rmSync(place, { recursive: true, force: true }))

const ownUser = { user: 65_532, group: 65_532 }
/** As OpenShift chooses one for each namespace. */
const someUser = { user: 1_000_730_000, group: 0 }
/** Nothing but the read-only root keeps it from writing. */
const rootUser = { user: 0, group: 0 }

const minutes = { timeout: 120_000 }

describe.skipIf(!canRunInRoot())("the image (skipped without root's rights on Linux)", () => {
  beforeAll(() => makeRoot(root), 120_000)

  const run = (user: typeof ownUser) => ({ root, workFolder: workFolderIn(place), ...user })

  it("has at most 130 MB", () => {
    const files = globSync("**", { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile())
    const bytes = files
      .map((file) => statSync(join(file.parentPath, file.name)).size)
      .reduce((sum, size) => sum + size, 0)
    assert.isAbove(bytes, 100e6)
    assert.isAtMost(bytes, 130e6)
  })

  it("runs as a user without rights, who has a name, and believes the usual certificates", () => {
    assert.deepStrictEqual(inside(run(ownUser), identityInside), { uid: 65_532, name: "rollcall", trusts: true })
  })

  it("holds no program but Node, and the loader that starts it", () => {
    assert.deepStrictEqual(inside(run(ownUser), programsInside), ["/usr/local/bin/node"])
  })

  it.each([ownUser, someUser, rootUser])(
    "lets user $user of group $group write the work folder and nothing else",
    (user) => {
      assert.deepStrictEqual(inside(run(user), writingInside), ["/var/lib/rollcall"])
    },
  )

  it("holds the licences of Node, of the libraries and of what is in the bundle", () => {
    const packages = globSync("var/lib/dpkg/status.d/*", { cwd: root }).map((path) => path.split("/").at(-1) ?? "")
    assert.includeMembers(packages, ["libc6", "libstdc++6"])
    for (const name of packages) {
      assert.isNotEmpty(readFileSync(join(root, "usr/share/doc", name, "copyright"), "utf8"), name)
    }
    assert.match(readFileSync(join(root, "usr/share/common-licenses/LGPL-2.1"), "utf8"), /LESSER GENERAL PUBLIC/u)
    for (const file of ["usr/local/share/node/LICENSE", "opt/rollcall/LICENSE", "opt/rollcall/THIRD_PARTY_LICENSES"]) {
      assert.isAbove(statSync(join(root, file)).size, 10_000, file)
    }
  })

  it.live(
    "syncs Slack to a file as its own user, without ConductorOne",
    () =>
      Effect.gen(function* () {
        const slack = yield* startSlack({ plan: "pro", users: 60 })
        const options = run(ownUser)
        const environment = { BATON_TOKEN: slack.botToken, BATON_BASE_URL: slack.webApiUrl, BATON_EVERY: "6h" }
        const worker = yield* startInRoot({ ...options, environment })
        yield* untilSynced(worker)
        assert.deepStrictEqual(storedIds(join(options.workFolder, "sync.c1z")), expectedIds(slack))
        assert.strictEqual(yield* worker.stop, 0)
      }),
    minutes,
  )

  it.live(
    "does a task of ConductorOne as any user, and ends when it is told to",
    () =>
      Effect.gen(function* () {
        const slack = yield* startSlack({ plan: "business-plus", users: 60, idpGroups: 3 })
        const c1 = yield* startC1({ tasks: [{ syncFull: {} }], nextPollMillis: 100 })
        const options = run(someUser)
        copyFileSync(c1.caFile, join(options.workFolder, "ca.pem"))
        const worker = yield* startInRoot({
          ...options,
          environment: {
            BATON_CLIENT_ID: c1.clientId,
            BATON_CLIENT_SECRET: c1.clientSecret,
            BATON_HOST_ID: "rollcall-test",
            BATON_TOKEN: slack.botToken,
            BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
            BATON_SSO_ENABLED: "true",
            BATON_BASE_URL: slack.webApiUrl,
            BATON_SCIM_BASE_URL: slack.scimUrl,
            BATON_EXTRA_CA_FILE: "/var/lib/rollcall/ca.pem",
          },
        })
        const finished = yield* c1.untilFinished(c1.tasks()[0]?.id ?? "").pipe(
          Effect.timeout("90 seconds"),
          Effect.tapError(() => Effect.sync(() => console.error(worker.written()))),
        )
        assert.strictEqual(finished.outcome?.finalState.case, "success", finished.outcome?.status?.message)
        assert.deepStrictEqual(
          finished.assets.map(({ path }) => storedIds(path)),
          [expectedIds(slack)],
        )
        for (const path of ["/live", "/ready", "/health", "/metrics"]) {
          assert.strictEqual((yield* worker.ask(path)).status, 200, path)
        }
        assert.strictEqual(yield* worker.stop, 0)
      }),
    minutes,
  )
})
