import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const read = (path: string) => readFileSync(join(root, path), "utf8")
const documents = globSync(["*.md", "docs/**/*.md", "deploy/**/*.md", "{packages/*,apps,examples,tooling}/*/*.md"], {
  cwd: root,
  exclude: ["**/node_modules"],
})
const manifest: { readonly packageManager: string; readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  read("package.json"),
)

describe("the documents", () => {
  it.for(documents)("%s links to what exists", (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].flatMap(([, link]) => link ?? [])
    assert.deepStrictEqual(
      links.filter((link) => !existsSync(join(root, dirname(path), link))),
      [],
    )
  })

  it.for(["README.md", "CONTRIBUTING.md", "deploy/README.md", "docs/deploy-kubernetes.md"])(
    "%s tells commands that exist, of the pnpm that is pinned",
    (path) => {
      const commands = [...read(path).matchAll(/npx -y (\S+) (?:--\S+ )*([a-z0-9-]+)/g)]
      assert.isNotEmpty(commands)
      for (const [line, pnpm = "", script = ""] of commands) {
        assert.strictEqual(pnpm, manifest.packageManager, line)
        assert.isTrue(script === "exec" || script in manifest.scripts, line)
      }
    },
  )

  it("the list of packages names every package with a README", () => {
    const listed = [...read("docs/README.md").matchAll(/\]\(\.\.\/((?:packages\/[a-z0-9-]+|apps)\/[a-z0-9-]+)\)/g)].map(
      ([, to]) => to,
    )
    const present = globSync("{packages/*,apps}/*/README.md", { cwd: root }).map((path) => dirname(path))
    assert.includeMembers(listed, present)
  })

  it("the list of decisions names every decision", () => {
    const index = read("docs/README.md")
    for (const path of globSync("docs/decisions/*.md", { cwd: root })) assert.include(index, path.replace("docs/", ""))
  })
})
