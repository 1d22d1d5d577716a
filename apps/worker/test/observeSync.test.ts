// A published sync as a record that a desired state is compared with: the file of a real worker.
import { assert, describe, it } from "@effect/vitest"
import { openAccess } from "@rollcall/access"
import type { ResourceType } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import { join } from "node:path"
import { observeSync } from "@rollcall/host/observe-sync"
import { serviceWorld } from "./serviceWorld.ts"
import { startWorker } from "./workerProcess.ts"

const typeOf = (id: string, trait: ResourceType["traits"][number]): ResourceType => ({
  id,
  displayName: id,
  traits: [trait],
  capabilities: ["sync"],
  permissions: [],
})
const resourceTypes = [typeOf("user", "user"), typeOf("group", "group")]

const synced = Effect.gen(function* () {
  const { environment, slack } = yield* serviceWorld()
  const file = join(yield* scratchFolder("drift"), "sync.c1z")
  const byItself = { BATON_CLIENT_ID: "", BATON_CLIENT_SECRET: "", BATON_C1Z_TEMP_DIR: "" }
  const worker = yield* startWorker({
    environment: { ...environment, ...byItself, BATON_EVERY: "6h", BATON_FILE: file },
  })
  yield* worker.says(/is in .*sync\.c1z/u)
  const access = yield* openAccess(file)
  return { slack, access, observed: yield* observeSync(access, { resourceTypes }) }
})

describe("a sync that a desired state is compared with", () => {
  it.live("shows who is in each group, and nothing of a group that it does not list", () =>
    Effect.gen(function* () {
      const { slack, observed } = yield* synced
      const groups = [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))
      const holdersOf = (group: string) =>
        observed.holders({
          id: `group:${group}:member`,
          resource: { resourceType: "group", resource: group },
          slug: "member",
        })
      for (const { group, members } of groups) {
        const read = yield* holdersOf(group)
        assert.sameMembers(read?.holders.map(({ resource }) => resource) ?? [], [...members])
        assert.isNotEmpty(read?.resourceName)
      }
      assert.isUndefined(yield* holdersOf("S0GONE"))
      assert.isUndefined(observed.gapIn("group", "holders"))
      assert.match(observed.gapIn("channel", "holders") ?? "", /^the sync does not list this type$/u)
    }).pipe(Effect.scoped),
  )

  it.live("finds people by id, few or many, and by address in any case, an account in use before others", () =>
    Effect.gen(function* () {
      const { access, observed } = yield* synced
      const users = yield* Stream.runCollect(access.resources({ resourceType: "user" }))
      const ids = users.map(({ id }) => id.resource)
      const few = yield* observed.findPrincipals(ids)
      const strangers = Array.from({ length: 300 }, (_, at) => `U0NOBODY${at}`)
      const many = yield* observed.findPrincipals([...ids, ...strangers])
      assert.deepStrictEqual(
        ids.map((id) => many.get(id)),
        ids.map((id) => few.get(id)),
      )
      assert.deepStrictEqual([few.size, many.size], [ids.length, ids.length])

      const facts = users.map(({ facts: read }) => read())
      const addresses = Map.groupBy(
        facts.flatMap(({ id: { resource: id }, account, status }) =>
          (account?.emails ?? []).map((email) => ({ id, email: email.toLowerCase(), status })),
        ),
        ({ email }) => email,
      )
      assert.isAbove(addresses.size, 40)
      const found = yield* observed.findPrincipals([...addresses.keys()].map((email) => email.toUpperCase()))
      for (const [email, all] of addresses) {
        const active = all.filter(({ status }) => status === "enabled")
        const meant = found.get(email.toUpperCase())
        const some = (active.length > 0 ? active : all).map(({ id }) => id)
        assert.isDefined(meant)
        assert.deepStrictEqual(meant && "unclear" in meant ? meant.candidates : [meant?.resource], some)
      }
      const off = facts.filter(({ status }) => status === "disabled")
      assert.isNotEmpty(off)
      for (const { id } of off) assert.propertyVal(few.get(id.resource), "isInactive", true)
    }).pipe(Effect.scoped),
  )
})
