// The whole image for both processors, of which the test command tries one alone, and its place in a registry. Part of the long form: `pnpm
// long image` makes the image again; it needs Debian's apt, and root's rights.
import { assert, describe, it } from "@effect/vitest"
import { startSimulator as startSlack } from "@rollcall/slack-simulator"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { hasRegistry, startRegistry } from "@rollcall/test-kit/registry"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll } from "vitest"
import type { Architecture } from "../src/image/architectures.ts"
import { architectures } from "../src/image/architectures.ts"
import { fetchDebianPackage } from "../src/image/debianPackages.ts"
import { elfNeeds } from "../src/image/elf.ts"
import { image } from "../src/image/image.ts"
import { imageDigest } from "../src/image/layout.ts"
import { readLock } from "../src/image/lock.ts"
import { imageFile, makeImage } from "../src/image/makeImage.ts"
import { canRunInRoot, prepareRoot, runInRoot } from "../src/image/runInRoot.ts"
import { unpackImage } from "../src/image/unpackImage.ts"
import { bundleOf, makeBundle } from "../src/appBundles.ts"
import { imageStep } from "../src/publish/image.ts"
import { runSteps } from "../src/publish/Step.ts"
import { crane } from "../src/tools/crane.ts"
import { unpackDebian } from "../src/tools/unpackDebian.ts"
import { startInRoot, untilSynced, workFolderIn } from "./imageRoot.ts"
import { someRelease } from "./someRelease.ts"

const place = mkdtempSync(join(tmpdir(), "rollcall-whole-image-"))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const release = someRelease(place)
const tar = join(place, imageFile(release))
const rootOf = ({ name }: Architecture): string => join(place, "root", name)

/** The emulator of a processor as it is found in a root, and how a program is run by it; of this machine's own, nothing. */
const emulated = (architecture: Architecture): ReadonlyArray<string> => {
  if (architecture.platform === `linux-${process.arch}`) return []
  const name = `qemu-${architecture.name === "arm64" ? "aarch64" : "x86_64"}-static`
  copyFileSync(unpackDebian("qemu-user-static", `usr/bin/${name}`), join(rootOf(architecture), name))
  return [`/${name}`]
}

describe.skipIf(!process.env["BATON_TEST_IMAGE"] || !canRunInRoot())(
  "the whole image (skipped in the short form)",
  () => {
    beforeAll(async () => {
      makeBundle(release, "rollcall-worker")
      await makeImage(release, architectures, readLock(), bundleOf("rollcall-worker"))
      for (const architecture of architectures) {
        unpackImage(tar, architecture.name, rootOf(architecture))
        prepareRoot(rootOf(architecture))
      }
    }, 600_000)

    it.each(architectures)("for $name has at most 130 MB, and every library that its programs need", (architecture) => {
      const root = rootOf(architecture)
      const files = globSync("**", { cwd: root, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
      assert.isAtMost(
        files.map((path) => statSync(path).size).reduce((sum, size) => sum + size, 0),
        130e6,
      )

      const programs = files.filter((path) => /\/node$|\.so\.[\d.]+$/u.test(path)).map((path) => readFileSync(path))
      assert.isAbove(programs.length, 6)
      const names = new Set(files.map((path) => path.split("/").at(-1)))
      for (const { machine, libraries, interpreter } of programs.map(elfNeeds)) {
        assert.strictEqual(machine, architecture.machine)
        for (const library of libraries) assert.isTrue(names.has(library), library)
        if (interpreter !== undefined) assert.isTrue(files.includes(join(root, interpreter)), interpreter)
      }
    })

    it.live.each(architectures)(
      "for $name syncs Slack to a file, under qemu where this is another processor",
      (architecture) =>
        Effect.gen(function* () {
          const slack = yield* startSlack({ plan: "pro", users: 60 })
          const root = rootOf(architecture)
          const workFolder = workFolderIn(place)
          const worker = yield* startInRoot({
            root,
            workFolder,
            user: 65_532,
            group: 65_532,
            command: [...emulated(architecture), ...image.entrypoint],
            environment: { BATON_TOKEN: slack.botToken, BATON_BASE_URL: slack.webApiUrl, BATON_EVERY: "6h" },
          })
          yield* untilSynced(worker, "8 minutes")
          assert.deepStrictEqual(storedIds(join(workFolder, "sync.c1z")), expectedIds(slack))
          assert.strictEqual(yield* worker.stop, 0)
        }),
      { timeout: 600_000 },
    )

    it(
      "is not made of a package that Debian does not have any more, or that is another one",
      { timeout: 300_000 },
      () => {
        const locked = readLock().packages.arm64.find(({ name }) => name === "libatomic1")
        if (locked === undefined) throw new Error("libatomic1 is not locked")
        const fetched = (change: Partial<typeof locked>) => () =>
          fetchDebianPackage({ ...locked, file: "pool/main/n/none/none.deb", ...change }, "arm64")
        assert.throws(fetched({ version: "0.0" }), /libatomic1 0\.0 for arm64 cannot be had.*image --update-lock/u)
        assert.throws(
          fetched({ sha256: "0".repeat(64) }),
          /has the SHA-256 [0-9a-f]{64}, and .*image\.lock expects 0{64}/u,
        )
      },
    )

    it("is compressed to the same bytes on both processors", { timeout: 600_000 }, () => {
      const node = readFileSync(join(place, "root/amd64/usr/local/bin/node")).subarray(0, 20_000_000)
      const expected = createHash("sha256")
        .update(gzipSync(node, { level: 6 }))
        .digest("hex")
      for (const architecture of architectures) {
        const workFolder = workFolderIn(place)
        writeFileSync(join(workFolder, "bytes"), node)
        const program = `
        const { createHash } = require("node:crypto")
        const packed = require("node:zlib").gzipSync(require("node:fs").readFileSync("bytes"), { level: 6 })
        console.log(createHash("sha256").update(packed).digest("hex"))`
        const [command, args] = runInRoot({
          root: rootOf(architecture),
          workFolder,
          user: 65_532,
          group: 65_532,
          command: [...emulated(architecture), "/usr/local/bin/node", "-e", program],
        })
        assert.strictEqual(execFileSync(command, args, { encoding: "utf8" }).trim(), expected, architecture.name)
      }
    })

    it.live.skipIf(!hasRegistry)(
      "is pushed once, and a registry gives it back under the digest that it was made with",
      () =>
        Effect.gen(function* () {
          const repository = `${yield* startRegistry}/rollcall/worker`
          const said: Array<string> = []
          const push = (version: string) =>
            Effect.tryPromise({
              try: () => runSteps([imageStep({ tar, version, repository })], (line) => said.push(line)),
              catch: (cause) => cause,
            })
          yield* push("1.2.3")
          yield* push("1.2.3")
          const name = `image ${repository}:1.2.3`
          assert.deepStrictEqual(said, [`${name}: published`, `${name}: published already`])

          const pulled = join(place, "pulled")
          mkdirSync(pulled)
          const run = (...args: ReadonlyArray<string>) =>
            execFileSync(crane(), args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
          assert.strictEqual(run("digest", `${repository}:1.2.3`), imageDigest(tar))
          run("validate", "--remote", `${repository}@${imageDigest(tar)}`)
          run("pull", "--format=oci", `${repository}@${imageDigest(tar)}`, pulled)
          const blobs = (folder: string) => globSync("blobs/sha256/*", { cwd: folder }).toSorted()
          const made = join(place, "made")
          mkdirSync(made)
          execFileSync("tar", ["-xf", tar, "-C", made])
          assert.deepStrictEqual(blobs(pulled), blobs(made))

          // Another image under the same version is refused, and not pushed over it.
          run("tag", `${repository}@${imageDigest(tar)}`, "2.0.0")
          run(
            "mutate",
            `${repository}:1.2.3`,
            "--platform=linux/amd64",
            "--label=other=true",
            "--tag",
            `${repository}:2.0.0`,
          )
          assert.match(String(yield* Effect.flip(push("2.0.0"))), /is there with other content: make a new version/u)
          const away = yield* Effect.flip(
            Effect.tryPromise({
              try: () => imageStep({ tar, version: "1.2.3", repository: "127.0.0.1:1/worker" }).isDone(),
              catch: (cause) => cause,
            }),
          )
          assert.match(String(away), /does not say whether it has/u)
        }),
      { timeout: 600_000 },
    )
  },
)
