// What the documents say, against what there is.
import { spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { answer } from "@rollcall/host/answers"
import { bundled } from "@rollcall/test-kit/bundles"
import { parseSync } from "rolldown/utils"
import { assert, describe, it } from "vitest"
import { parseAllDocuments } from "yaml"
import { readDocument } from "../src/documents/Document.ts"
import { linksOf } from "../src/documents/markdown.ts"
import { readNavigation } from "../src/documents/Navigation.ts"
import { everyMarkdownFile, indexPath, readDocuments } from "../src/documents/projectDocuments.ts"
import { resolveLink } from "../src/documents/resolveLink.ts"
import { ownCommand, shellCommands, typedLines } from "./shellCommands.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const documents = readDocuments(root)
const project = { root, documents }
const all = everyMarkdownFile(root).map((path) => documents.get(path) ?? readDocument(root, path))
const navigation = readNavigation(project)
const listed = navigation.flatMap(({ entries }) => entries.map(({ path }) => path))
const manifest: { readonly packageManager: string; readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
)

interface Block {
  readonly where: string
  readonly language: string
  readonly code: string
}

const blocks = all.flatMap(({ path, tokens }): ReadonlyArray<Block> =>
  tokens.flatMap(({ type, info, content, map }) =>
    type === "fence" || type === "code_block"
      ? [{ where: `${path}:${(map?.[0] ?? 0) + 1}`, language: info.trim(), code: content }]
      : [],
  ),
)

/** The commands of all blocks and, of prose, those that stand there whole. */
const commands = [
  ...blocks.flatMap(({ where, language, code }) => {
    const text = language === "sh" ? code : language === "console" ? typedLines(code) : ""
    return shellCommands(text).map((words) => ({ where, words }))
  }),
  ...all.flatMap(({ path, tokens }) =>
    tokens.flatMap(({ children, map }) =>
      (children ?? [])
        .filter(({ type, content }) => type === "code_inline" && /^(?:rollcall|rollcall-worker|npx) /u.test(content))
        .flatMap(({ content }) =>
          shellCommands(content).map((words) => ({ where: `${path}:${(map?.[0] ?? 0) + 1}`, words })),
        ),
    ),
  ),
]

describe("The documents", () => {
  it("link to files and headings that exist", () => {
    const broken = all.flatMap((document) =>
      linksOf(document.tokens).flatMap(({ address, line }) => {
        const target = resolveLink(project, document, address)
        return target.kind === "nowhere" ? [`${document.path}:${line}: ${address}: ${target.why}`] : []
      }),
    )
    assert.deepStrictEqual(broken, [])
    assert.isAbove(all.flatMap(({ tokens }) => linksOf(tokens)).length, 400)
  })

  it("write the addresses of other sites with https", () => {
    const plain = all.flatMap(({ path, tokens }) =>
      linksOf(tokens).flatMap(({ address, line }) =>
        address.startsWith("http:") ? [`${path}:${line}: ${address}`] : [],
      ),
    )
    assert.deepStrictEqual(plain, [])
  })

  it("begin with one title", () => {
    const other = [...documents.values()].filter(
      ({ headings }) => headings.filter(({ level }) => level === 1).length !== 1 || headings[0]?.level !== 1,
    )
    assert.deepStrictEqual(
      other.map(({ path }) => path),
      [],
    )
  })

  it("skip no level of headings", () => {
    const skipped = [...documents.values()].flatMap(({ path, headings }) =>
      headings.flatMap(({ level, text }, at) =>
        level > (headings[at - 1]?.level ?? 0) + 1 ? [`${path}: ${text}`] : [],
      ),
    )
    assert.deepStrictEqual(skipped, [])
  })

  it("name the language of each block of code", () => {
    const unnamed = blocks.filter(({ language }) => language === "").map(({ where }) => where)
    assert.deepStrictEqual(unnamed, [])
  })

  it("have TypeScript, YAML, JSON and shell that parse", () => {
    const errorsOf: Readonly<Record<string, (code: string) => ReadonlyArray<string>>> = {
      ts: (code) => parseSync("block.ts", code).errors.map(({ message }) => message),
      json: (code) => messageOf(() => JSON.parse(code)),
      ndjson: (code) =>
        code
          .trim()
          .split("\n")
          .flatMap((line) => messageOf(() => JSON.parse(line))),
      yaml: (code) => parseAllDocuments(code).flatMap(({ errors }) => errors.map(({ message }) => message)),
      sh: (code) => {
        const { status, stderr } = spawnSync("bash", ["-n"], { input: code, encoding: "utf8" })
        return status === 0 ? [] : [stderr]
      },
    }
    const wrong = blocks.flatMap(({ where, language, code }) =>
      (errorsOf[language]?.(code) ?? []).map((message) => `${where}: ${message}`),
    )
    assert.deepStrictEqual(wrong, [])
    for (const language of Object.keys(errorsOf))
      assert.isTrue(
        blocks.some((block) => block.language === language),
        language,
      )
  })

  it("run scripts that exist, with the pnpm that is pinned", () => {
    const scripts = commands.flatMap(({ where, words }) => {
      const at = words.findIndex((word) => word.startsWith("pnpm@"))
      const script = words.slice(at + 1).find((word) => !word.startsWith("-"))
      return at < 0 || script === undefined ? [] : [{ where, pnpm: words[at], script }]
    })
    const known = new Set(["exec", "install", ...Object.keys(manifest.scripts)])
    const wrong = scripts.filter(({ pnpm, script }) => pnpm !== manifest.packageManager || !known.has(script))
    assert.deepStrictEqual(wrong, [])
    assert.isAbove(scripts.length, 20)
  })
})

describe("The navigation of docs/README.md", () => {
  it("has every document, each once", () => {
    const missing = [...documents.keys()].filter((path) => path !== indexPath && !listed.includes(path))
    assert.deepStrictEqual(missing, [], `Add a row for each to a table of ${indexPath}.`)
    assert.deepStrictEqual(
      listed.filter((path, at) => listed.indexOf(path) !== at),
      [],
      "They are listed twice.",
    )
  })

  it("has four ways, each a heading further down", () => {
    const index = documents.get(indexPath) ?? assert.fail("there is no index")
    const end = index.tokens.findIndex(({ type }) => type === "bullet_list_close")
    const ways = linksOf(index.tokens.slice(0, end)).flatMap(({ address }) =>
      address.startsWith("#") ? [address] : [],
    )
    assert.deepStrictEqual(ways, ["#review-access", "#operate", "#write-a-connector", "#move-over-from-baton-slack"])
    assert.includeMembers(
      navigation.map(({ id }) => `#${id}`),
      ways,
    )
  })

  it("has every package with a README among the packages", () => {
    const packages = navigation.find(({ id }) => id === "packages")?.entries.map(({ path }) => dirname(path)) ?? []
    const present = globSync("{packages/*,apps}/*/README.md", { cwd: root }).map((path) => dirname(path))
    assert.sameMembers(packages, present)
  })
})

describe("The commands of the documents", () => {
  // What the list of commands does not have: what is shown to be refused, an action of the guide's connector, and a program of its own.
  const elsewhere = [
    "rollcall nonsense",
    "rollcall help COMMAND",
    "rollcall sync --revoke-grant",
    "rollcall actions run disable_agent",
    "rollcall-worker health",
  ]

  /** What the command itself says of these words, asked for help about them. */
  const complaint = async (words: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
    const own = ownCommand(words)
    if (own === undefined || elsewhere.some((begin) => words.join(" ").includes(begin))) return []
    const folder = new URL("answers/", pathToFileURL(await bundled(own.program === "rollcall" ? "cli" : "worker")))
    // What follows is left to the reader; a flag at the end is named without its value.
    const end = own.args.findIndex((word) => word.startsWith("…"))
    const args = own.args.slice(0, end < 0 ? undefined : end).map((word) => word.replaceAll(/[^\x20-\x7e]/gu, "x"))
    const ask = (...more: ReadonlyArray<string>) =>
      answer(folder, [...args, ...more, "--help"], { columns: undefined, colors: false })
    const said = ask() ?? ask("x")
    return said === undefined ? ["nothing is known of it"] : said.code === 0 ? [] : [said.err]
  }

  it("exist, with their flags", async () => {
    const own = commands.filter(({ words }) => ownCommand(words) !== undefined)
    const wrong = await Promise.all(
      own.map(async ({ where, words }) =>
        (await complaint(words)).map((said) => `${where}: ${words.join(" ")}: ${said}`),
      ),
    )
    assert.deepStrictEqual(wrong.flat(), [])
    assert.isAbove(own.length, 300)
  })

  it.for([
    "rollcall snyc",
    "BATON_TOKEN=x rollcall sync --archve history",
    "npx rollcall grants | npx -y pnpm@12.21.0 --silent rollcall sync --nonsense",
    "rollcall-worker --evry 6h",
  ])("are noticed where they do not exist: %s", async (line) => {
    const complaints = await Promise.all(shellCommands(line).map(complaint))
    assert.isNotEmpty(complaints.flat())
  })
})

const messageOf = (parse: () => unknown): ReadonlyArray<string> => {
  try {
    parse()
    return []
  } catch (error) {
    return [String(error)]
  }
}
