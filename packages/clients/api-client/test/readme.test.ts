// The example of the README is compiled with the tests, shown word for word, and run as a script of somebody else.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { jsonServer, type SeenRequest } from "./jsonServer.ts"

const script = fileURLToPath(new URL("readme/forgeTeams.ts", import.meta.url))

const members: Readonly<Record<string, ReadonlyArray<string>>> = { red: ["ada", "bob"], "blue/green": [] }

/** A small code host: two teams on two pages, which takes one token. */
const forge = ({ headers, method, path }: SeenRequest, baseUrl: string) => {
  if (headers.authorization !== "Bearer forge-secret") return { status: 401, body: { error: "bad_token" } }
  if (method === "PUT") return { status: 204 }
  if (path === "/teams") {
    return { headers: { link: `<${baseUrl}/teams?page=2>; rel="next"` }, body: [{ slug: "red", name: "Red" }] }
  }
  if (path === "/teams?page=2") return { body: [{ slug: "blue/green", name: "Blue and green" }] }
  return { body: { members: members[decodeURIComponent(path.slice("/teams/".length))] } }
}

const run = (token: string, baseUrl: string) =>
  Effect.promise(() =>
    promisify(execFile)(process.execPath, [script], {
      env: { PATH: process.env["PATH"], FORGE_URL: baseUrl, FORGE_TOKEN: token },
    }),
  )

describe("the README", () => {
  it("shows the client that is tested here", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    const [, block] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? []
    assert.strictEqual(block, readFileSync(script, "utf8"))
  })

  it.live("has a client that reads both pages of a list and makes a change", () =>
    Effect.gen(function* () {
      const server = yield* jsonServer((request, _, baseUrl) => forge(request, baseUrl))
      const { stdout, stderr } = yield* run("forge-secret", server.baseUrl)
      assert.deepStrictEqual([stdout, stderr], ["Red: ada, bob\nBlue and green: \n", ""])
      assert.deepStrictEqual(
        server.requests.map(({ method, path }) => `${method} ${path}`),
        ["GET /teams", "GET /teams/red", "GET /teams?page=2", "GET /teams/blue%2Fgreen", "PUT /teams/red/members/cleo"],
      )
    }),
  )

  it.live("has a client that says in its own words what to do about a wrong token", () =>
    Effect.gen(function* () {
      const server = yield* jsonServer((request, _, baseUrl) => forge(request, baseUrl))
      const { stdout } = yield* run("another", server.baseUrl)
      assert.strictEqual(
        stdout,
        "CredentialRejected: Forge's GET /teams is refused, since the server does not take the token (bad_token) (HTTP 401). Make a new token at https://forge.example.com/settings/tokens.\n",
      )
    }),
  )
})
