import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { pageScriptOf } from "@rollcall/test-kit/page-script"
import { describe, expect, test } from "vitest"
import { moduleOf, pageScripts } from "../src/pages/pageScripts.ts"

const root = fileURLToPath(new URL("../../../", import.meta.url))

test("A module holds the script of its page as text.", async () => {
  const source = join(root, "packages/access/pages/test/browser/page.ts")
  const address = `data:text/javascript,${encodeURIComponent(await moduleOf({ source, module: "" }))}`
  const held: unknown = await import(address)
  expect(held).toStrictEqual(expect.objectContaining({ pageScript: await pageScriptOf(source) }))
})

describe("A script of a page may not", () => {
  test.each([
    ["make markup of text", "document.body.innerHTML = name"],
    ["insert markup", 'document.body.insertAdjacentHTML("beforeend", name)'],
    ["write markup", "document.write(name)"],
    ["make an address of data", "link.href = name"],
    ["have a handler as an attribute", 'link.setAttribute("onclick", name)'],
    ["have a handler as a property", "link.onclick = () => undefined"],
    ["have a handler of another kind", "link.onfocus = () => undefined"],
    ["go to an address of data", "location.replace(name)"],
    ["go to an address of data otherwise", "location.assign(name)"],
    ["open an address of data", "open(name)"],
    ["open an address of data as a member", "window.open(name)"],
    ["load an address of data", "new Image().src = name"],
    ["style with data", "link.style.cssText = name"],
    ["run text", "eval(name)"],
    ["run text as a function", "new Function(name)"],
    ["have an address that is a script", 'link.append("javascript:1")'],
  ])("%s: the linter refuses it.", (_, line) => {
    const folder = mkdtempSync(join(tmpdir(), "rollcall-lint-"))
    try {
      const browser = join(folder, "packages/access/some/src/browser")
      mkdirSync(browser, { recursive: true })
      // The rules without those that need types, which this folder has none of.
      const rules = readFileSync(join(root, ".oxlintrc.json"), "utf8").replace(
        '"typeAware": true',
        '"typeAware": false',
      )
      writeFileSync(join(folder, ".oxlintrc.json"), rules)
      const file = join(browser, "page.ts")
      const lint = (text: string) => {
        writeFileSync(file, `const name = "x"\nconst link = document.createElement("a")\n${text}\nlink.append(name)\n`)
        return spawnSync(join(root, "node_modules/.bin/oxlint"), ["packages"], {
          cwd: folder,
          encoding: "utf8",
        })
      }
      expect(lint("").status).toBe(0)
      expect(lint(line).stdout).toMatch(/no-restricted-(?:properties|globals)|no-eval|no-new-func|no-script-url/u)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe.each(pageScripts(root))("The script in $module", (script) => {
  test("is what its source makes.", async () => {
    const held = readFileSync(script.module, "utf8")
    expect(held, "Run `pnpm page-scripts` and commit what it writes.").toBe(await moduleOf(script))
  })
})
