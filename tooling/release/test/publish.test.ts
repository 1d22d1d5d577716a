import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { afterAll, afterEach, beforeAll } from "vitest"
import { changesOf } from "../src/changelog.ts"
import { packLayout } from "../src/image/layout.ts"
import { publicPackages } from "../src/parts/npm.ts"
import { fileSteps } from "../src/publish/files.ts"
import { gitFileStep } from "../src/publish/gitFile.ts"
import { npmStep } from "../src/publish/npm.ts"
import { unfit } from "../src/publish/publish.ts"
import type { Step } from "../src/publish/Step.ts"
import { runSteps } from "../src/publish/Step.ts"
import { someRelease } from "./someRelease.ts"

const place = mkdtempSync(join(tmpdir(), "release-publish-"))
const before = { ...process.env }
afterEach(() => {
  process.env = { ...before }
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Runs steps; what was said, and the failure where there was one. */
const attempt = async (steps: ReadonlyArray<Step>) => {
  const said: Array<string> = []
  try {
    await runSteps(steps, (line) => said.push(line))
    return { said, failure: undefined }
  } catch (cause) {
    return { said, failure: cause }
  }
}

describe("npm", () => {
  const packages = new Map<string, Record<string, unknown>>()
  let refused = ""
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "").slice(1))
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body))
      if (request.method === "PUT") {
        if (name === refused) return answer(403, { error: "not now" })
        packages.set(name, JSON.parse(Buffer.concat(chunks).toString()))
        return answer(201, { ok: true })
      }
      const found = packages.get(name)
      return found === undefined ? answer(404, { error: "not found" }) : answer(200, found)
    })
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  })
  afterAll(() => server.close())

  const tarball = (name: string, text: string): string => {
    const folder = mkdtempSync(join(place, "packed-"))
    mkdirSync(join(folder, "package"))
    writeFileSync(join(folder, "package/package.json"), JSON.stringify({ name, version: "1.2.3" }))
    writeFileSync(join(folder, "package/index.js"), text)
    execFileSync("tar", ["-czf", "it.tgz", "package"], { cwd: folder })
    return join(folder, "it.tgz")
  }

  it("gets what it has not got; a run that stopped is run again, and other content under a version is refused", async () => {
    const address = server.address()
    assert.isObject(address)
    const port = typeof address === "object" ? address?.port : undefined
    const settings = join(place, "npmrc")
    writeFileSync(settings, `//127.0.0.1:${port}/:_authToken=invented\n`)
    // npx and pnpm say in variables whose settings they read. None but these are to be read here.
    for (const name of Object.keys(process.env)) if (/^npm_config_/iu.test(name)) delete process.env[name]
    process.env["npm_config_userconfig"] = settings
    const registry = `http://127.0.0.1:${port}/`
    const step = (name: string, text: string) =>
      npmStep(tarball(name, text), `${name}@1.2.3`, { provenance: false, registry })
    const steps = [step("@rollcall/one", "1"), step("@rollcall/two", "2")]

    refused = "@rollcall/two"
    const first = await attempt(steps)
    assert.deepStrictEqual(first.said, ["npm @rollcall/one@1.2.3: published"])
    assert.match(
      String(first.failure),
      /npm @rollcall\/two@1\.2\.3 was not published: .*\n?[^]*Run `pnpm release` again/u,
    )

    refused = ""
    const second = await attempt(steps)
    assert.isUndefined(second.failure)
    assert.deepStrictEqual(second.said, [
      "npm @rollcall/one@1.2.3: published already",
      "npm @rollcall/two@1.2.3: published",
    ])

    const other = await attempt([step("@rollcall/one", "other")])
    assert.match(String(other.failure), /npm has @rollcall\/one@1\.2\.3 with other content/u)
  })
})

describe("files", () => {
  it("are uploaded to a draft, those that lack in the next run, and shown at the end", async () => {
    const folder = join(place, "files")
    const state = join(place, "host")
    const programs = join(place, "programs")
    for (const each of [folder, state, programs]) mkdirSync(each)
    writeFileSync(join(folder, "a.tgz"), "a")
    writeFileSync(join(folder, "b.tgz"), "b")
    // Stands in for the host: it keeps what it is given in a folder, and breaks off at the file that `REFUSES` names, whose name stays.
    const gh = `#!/usr/bin/env node
const { existsSync, readFileSync, writeFileSync } = require("node:fs")
const { basename } = require("node:path")
const path = ${JSON.stringify(join(state, "release.json"))}
const [, command, tag, ...rest] = process.argv.slice(2)
const release = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined
const keep = (it) => writeFileSync(path, JSON.stringify(it))
if (command === "create") keep({ tag, notes: readFileSync(0, "utf8"), isDraft: rest.includes("--draft"), assets: [] })
else if (release === undefined || release.tag !== tag) process.exit(1)
else if (command === "view") console.log(JSON.stringify(release))
else if (command === "edit") keep({ ...release, isDraft: false })
else {
  const [file, ...flags] = rest
  const name = basename(file)
  const others = release.assets.filter((it) => it.name !== name)
  const asset = (state) => ({ name, state, size: state === "uploaded" ? readFileSync(file).length : 0 })
  if (others.length < release.assets.length && !flags.includes("--clobber")) process.exit(1)
  const refuses = name === process.env.REFUSES
  keep({ ...release, assets: [...others, asset(refuses ? "starter" : "uploaded")] })
  if (refuses) { console.error("HTTP 502"); process.exit(1) }
}
`
    writeFileSync(join(programs, "gh"), gh)
    chmodSync(join(programs, "gh"), 0o755)
    process.env["PATH"] = `${programs}${delimiter}${process.env["PATH"] ?? ""}`
    const release = { version: "1.2.3", commit: "c".repeat(40), folder }
    const { upload, show } = fileSteps(release, "What is new.\n")
    const kept = () => JSON.parse(readFileSync(join(state, "release.json"), "utf8"))

    process.env["REFUSES"] = "b.tgz"
    const first = await attempt([upload, show])
    assert.match(String(first.failure), /files of v1\.2\.3 was not published: gh release upload: HTTP 502/u)
    const whole = (name: string) => ({ name, state: "uploaded", size: 1 })
    const broken = { name: "b.tgz", state: "starter", size: 0 }
    assert.deepInclude(kept(), { isDraft: true, notes: "What is new.\n", assets: [whole("a.tgz"), broken] })

    delete process.env["REFUSES"]
    assert.deepStrictEqual((await attempt([upload, show])).said, [
      "files of v1.2.3: published",
      "release v1.2.3: published",
    ])
    assert.deepInclude(kept(), { isDraft: false, assets: [whole("a.tgz"), whole("b.tgz")] })
    assert.deepStrictEqual((await attempt([upload, show])).said, [
      "files of v1.2.3: published already",
      "release v1.2.3: published already",
    ])

    const again = kept()
    const digest = `sha256:${"0".repeat(64)}`
    const { assets } = again
    writeFileSync(
      join(state, "release.json"),
      JSON.stringify({ ...again, assets: [{ ...assets[0], digest }, assets[1]] }),
    )
    assert.match(String((await attempt([upload, show])).failure), /v1\.2\.3 has a\.tgz with other content/u)
    writeFileSync(join(state, "release.json"), JSON.stringify(again))
    writeFileSync(join(folder, "b.tgz"), "longer")
    assert.match(String((await attempt([upload, show])).failure), /v1\.2\.3 has b\.tgz with other content/u)
  })
})

describe("a tap", () => {
  it("gets the formula in a commit, once", async () => {
    const tap = join(place, "tap.git")
    const seed = join(place, "seed")
    const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { encoding: "utf8", stdio: "pipe" })
    git("init", "--quiet", "--bare", "--initial-branch=main", tap)
    git("clone", "--quiet", tap, seed)
    const author = { NAME: "Releaser", EMAIL: "releaser@example.com" }
    for (const [key, value] of Object.entries(author)) {
      process.env[`GIT_AUTHOR_${key}`] = process.env[`GIT_COMMITTER_${key}`] = value
    }
    git("-C", seed, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    git("-C", seed, "push", "--quiet", "origin", "HEAD")
    const step = (content: string) =>
      gitFileStep({ name: "tap", repository: tap, path: "Formula/rollcall.rb", content, subject: "rollcall 1.2.3" })

    assert.deepStrictEqual((await attempt([step("one\n")])).said, ["tap: published"])
    assert.deepStrictEqual((await attempt([step("one\n")])).said, ["tap: published already"])
    assert.deepStrictEqual((await attempt([step("two\n")])).said, ["tap: published"])
    assert.strictEqual(git("-C", tap, "show", "main:Formula/rollcall.rb"), "two\n")
    assert.strictEqual(git("-C", tap, "log", "--format=%s", "main"), "rollcall 1.2.3\nrollcall 1.2.3\nBegin\n")
  })
})

describe("the notes of a release", () => {
  it("are what the changelog says of its version", () => {
    const changelog = "# Changelog\n\n## 1.2.3\n\nNew.\n\n- One\n\n## 1.2.2\n\nOld.\n"
    assert.strictEqual(changesOf(changelog, "1.2.3"), "New.\n\n- One")
    assert.strictEqual(changesOf(changelog, "1.2.2"), "Old.")
    assert.isUndefined(changesOf(changelog, "1.2"))
  })
})

describe("a folder that was made before", () => {
  it("is published as the release of its commit alone, and whole", () => {
    const release = someRelease(mkdtempSync(join(place, "made-")))
    const put = (...names: ReadonlyArray<string>) => {
      for (const name of names) writeFileSync(join(release.folder, name), "")
    }
    put(...publicPackages().map(({ tarball }) => tarball), "rollcall-1.2.3.tgz")
    const missing = "rollcall-worker-1.2.3-oci.tar, rollcall.rb, rollcall.json"
    assert.deepStrictEqual(unfit(release), [
      `${release.folder} has no ${missing}: make the whole release, of this version.`,
    ])

    put("rollcall.rb", "rollcall.json")
    const layout = mkdtempSync(join(place, "layout-"))
    mkdirSync(join(layout, "blobs"))
    packLayout(layout, [], release, join(release.folder, "rollcall-worker-1.2.3-oci.tar"))
    assert.deepStrictEqual(unfit(release), [])
    assert.match(
      unfit({ ...release, commit: "f".repeat(40) }).join(),
      /was made of the commit c0ffee0+, and this is f+/u,
    )
  })
})
