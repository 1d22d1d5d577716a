import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { checkBoundaries } from "../src/boundaries/checkBoundaries.ts"
import { readWorkspace } from "../src/boundaries/readWorkspace.ts"

const repository = fileURLToPath(new URL("../../..", import.meta.url))
const made = mkdtempSync(join(tmpdir(), "rollcall-boundaries-"))
afterAll(() => rmSync(made, { recursive: true }))

let count = 0
/** Writes a workspace of the given files, and packages that declare all they may need, and tells what is found. */
const found = (files: Record<string, string>, manifests: Record<string, object> = {}): ReadonlyArray<string> => {
  const root = join(made, String(count++))
  const declared = { effect: "4.1.0", "@rollcall/connector": "0.0.0", "@rollcall/slack-api": "0.0.0" }
  const tree: Record<string, string> = {
    "packages/core/connector/package.json": manifest("@rollcall/connector", { dependencies: { effect: "4.1.0" } }),
    "packages/connectors/slack-pro/package.json": manifest("@rollcall/slack-pro", { dependencies: declared }),
    "packages/clients/slack-api/package.json": manifest("@rollcall/slack-api", { dependencies: { effect: "4.1.0" } }),
    "packages/storage/c1z/package.json": manifest("@rollcall/c1z", {}),
    "apps/cli/package.json": manifest("@rollcall/cli", { devDependencies: { ...declared, "@rollcall/c1z": "0.0.0" } }),
    ...Object.fromEntries(Object.entries(manifests).map(([path, of]) => [path, JSON.stringify(of)])),
    ...files,
  }
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return checkBoundaries(readWorkspace(root))
}
const manifest = (name: string, rest: object) => JSON.stringify({ name, ...rest })

describe("package boundaries", () => {
  it("hold in this repository", () => {
    assert.deepStrictEqual(checkBoundaries(readWorkspace(repository)), [])
  })

  it("let arrows point down", () => {
    const files = {
      "packages/core/connector/src/index.ts": `import { Effect, Schema } from "effect"\nexport * from "./model/Grant.ts"`,
      "packages/clients/slack-api/src/index.ts": `import { HttpClient } from "effect/http"\nimport { request } from "node:http"`,
      "packages/connectors/slack-pro/src/index.ts": `import { Connector } from "@rollcall/connector"\nimport "effect/Schema"`,
      "apps/cli/src/main.ts": `import { Slack } from "@rollcall/slack-api"\nimport { C1z } from "@rollcall/c1z"`,
    }
    assert.deepStrictEqual(found(files), [])
  })

  const broken: ReadonlyArray<readonly [title: string, file: string, source: string, why: RegExp]> = [
    [
      "the core imports a module of Node",
      "packages/core/connector/src/a.ts",
      `import { readFile } from "node:fs"`,
      /packages\/core\/connector imports effect only/,
    ],
    [
      "the core imports a part of Effect by path",
      "packages/core/connector/src/a.ts",
      `import { HttpClient } from "effect/http"`,
      /packages\/core\/connector imports effect only/,
    ],
    [
      "the core takes an unstable module from Effect's barrel",
      "packages/core/connector/src/a.ts",
      `import { Effect, FileSystem } from "effect"`,
      /effect\/FileSystem is unstable/,
    ],
    [
      "the core imports a connector, if only for its types",
      "packages/core/connector/src/a.ts",
      `import type { SlackPro } from "@rollcall/slack-pro"`,
      /packages\/core\/connector may not use room connectors/,
    ],
    [
      "a connector opens a database",
      "packages/connectors/slack-pro/src/a.ts",
      `import { DatabaseSync } from "node:sqlite"`,
      /slack-pro imports effect and effect\/\* only/,
    ],
    [
      "a connector speaks HTTP",
      "packages/connectors/slack-pro/src/a.ts",
      `export { HttpClient } from "effect/http"`,
      /effect\/http\/HttpClient is unstable/,
    ],
    [
      "a connector takes a whole unstable folder of Effect",
      "packages/connectors/slack-pro/src/a.ts",
      `import * as http from "effect/http"`,
      /effect\/http is unstable/,
    ],
    [
      "a connector writes the file itself",
      "packages/connectors/slack-pro/src/a.ts",
      `const c1z = await import("@rollcall/c1z")`,
      /packages\/connectors\/slack-pro may not use room storage/,
    ],
    [
      "a connector imports an app",
      "packages/connectors/slack-pro/src/a.ts",
      `export * from "@rollcall/cli"`,
      /nothing uses an app/,
    ],
    [
      "a test imports an app",
      "packages/connectors/slack-pro/test/a.test.ts",
      `import { main } from "@rollcall/cli"`,
      /nothing uses an app/,
    ],
    [
      "a client stands on a connector",
      "packages/clients/slack-api/src/a.ts",
      `import { slackPro } from "@rollcall/slack-pro"`,
      /room clients may not use room connectors/,
    ],
    [
      "a source leaves its package by a relative path",
      "packages/connectors/slack-pro/src/a.ts",
      `import { Grant } from "../../connector/src/model/Grant.ts"`,
      /a relative path stays inside its package/,
    ],
    [
      "an import is not declared",
      "packages/clients/slack-api/src/a.ts",
      `import { WebClient } from "@slack/web-api"`,
      /does not declare @slack\/web-api/,
    ],
    [
      "a test imports what its package does not declare",
      "packages/clients/slack-api/test/a.test.ts",
      `import { it } from "vitest"`,
      /does not declare vitest/,
    ],
  ]
  it.for(broken)("tell when %s", ([, file, source, why]) => {
    const told = found({ [file]: source })
    assert.strictEqual(told.length, 1, told.join("\n"))
    assert.match(told[0] ?? "", new RegExp(`^${file} imports .*${why.source}`))
  })

  it("tell when a source needs what is declared for development only", () => {
    const told = found(
      { "packages/clients/slack-api/src/a.ts": `import { parse } from "yaml"` },
      {
        "packages/clients/slack-api/package.json": { name: "@rollcall/slack-api", devDependencies: { yaml: "2.9.1" } },
      },
    )
    assert.deepStrictEqual(told, [
      "packages/clients/slack-api/src/a.ts imports yaml: packages/clients/slack-api/package.json declares yaml for development only",
    ])
  })

  it("tell when a package.json points up though no source does", () => {
    const told = found(
      {},
      {
        "packages/core/connector/package.json": {
          name: "@rollcall/connector",
          dependencies: { "@rollcall/slack-api": "0.0.0" },
          devDependencies: { "@rollcall/cli": "0.0.0" },
        },
      },
    )
    assert.deepStrictEqual(told, [
      "packages/core/connector/package.json needs @rollcall/slack-api: packages/core/connector may not use room clients",
      "packages/core/connector/package.json needs @rollcall/cli: nothing uses an app",
    ])
  })

  it("tell when two folders of a package import each other", () => {
    const told = found({
      "packages/clients/slack-api/src/calls/a.ts": `import { b } from "../objects/b.ts"`,
      "packages/clients/slack-api/src/objects/b.ts": `import type { A } from "../calls/a.ts"`,
      "packages/clients/slack-api/src/objects/c.ts": `import { d } from "../limits.ts"`,
      "packages/clients/slack-api/src/limits.ts": `import { c } from "./objects/c.ts"`,
    })
    assert.lengthOf(told, 1)
    assert.match(told[0] ?? "", /^packages\/clients\/slack-api\/src: calls and objects import each other: /)
  })

  it("ask for a room for every new package", () => {
    const told = found({}, { "packages/elsewhere/github/package.json": { name: "@rollcall/github" } })
    assert.deepStrictEqual(told, [
      "packages/elsewhere/github: there is no room elsewhere; add it to rooms.ts or move the package",
    ])
  })
})
