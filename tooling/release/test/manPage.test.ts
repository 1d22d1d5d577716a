import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { manPage } from "../src/packaging/manPage.ts"

const help = `\u001b[1mDESCRIPTION\u001b[0m
  Look at a file. It is read once.

\u001b[1mUSAGE\u001b[0m
  \u001b[36mtool look [flags] <path>\u001b[0m

\u001b[1mFLAGS\u001b[0m
  \u001b[32m--file\u001b[0m, \u001b[32m-f\u001b[0m \u001b[2mpath\u001b[0m    .hidden files, and C:\\temp too. (env: TOOL_FILE)

\u001b[1mEXAMPLES\u001b[0m
  # One
  tool look -f a.txt`

const manual = {
  source: "tool 1.2.3",
  date: "2026-11-30",
  commands: ["tool", "tool look", "tool look back", "tool eat"],
}
const page = manPage("tool look", help, manual)

describe("a manual page", () => {
  it("has the heading, the name and the first sentence of what a command does", () => {
    assert.include(page, `.TH "TOOL-LOOK" "1" "2026-11-30" "tool 1.2.3" "Rollcall"`)
    assert.include(page, ".SH NAME\ntool\\-look \\- Look at a file\n")
  })

  it("shows flags and examples so that they can be copied, and takes no text for a request", () => {
    assert.include(
      page,
      ".TP\n\\fB\\-\\-file\\fR, \\fB\\-f\\fR \\fIpath\\fR\n\\&.hidden files, and C:\\etemp too. (env: TOOL_FILE)",
    )
    assert.include(page, ".nf\n# One\ntool look \\-f a.txt\n.fi")
  })

  it("names the commands above and below it alone", () => {
    assert.include(page, ".SH SEE ALSO\n\\fBtool\\fR(1),\n\\fBtool\\-look\\-back\\fR(1)\n")
  })

  it("is read by groff without a warning, where there is one", (context) => {
    if (spawnSync("groff", ["--version"]).status !== 0) return context.skip("there is no groff")
    const { stdout, stderr } = spawnSync("groff", ["-man", "-Tascii", "-P-cbu", "-ww"], {
      input: page,
      encoding: "utf8",
    })
    assert.strictEqual(stderr, "")
    assert.match(stdout, /--file, -f path/u)
    assert.match(stdout, /C:\\temp/u)
  })
})
