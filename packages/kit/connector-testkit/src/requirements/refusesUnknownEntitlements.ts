// A typo in the id of an entitlement must not change who has access to something else.
import assert from "node:assert/strict"
import type { ChangeResult } from "@rollcall/connector"
import { Effect } from "effect"
import { grantablesOf, grantsNow, inOneWorld, isGrantable, syncNow, tryChange } from "../changing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector } from "../runs.ts"

/** What is mistyped by a letter more, and is not the id of another, is neither granted nor revoked. */
export const refusesUnknownEntitlements = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const { provisioning } = connector
  if (provisioning === undefined) return
  const changes = grantablesOf(tried)

  const work = Effect.gen(function* () {
    const published = yield* syncNow(connector)
    const before = published.grants.map((grant) => grant.id).toSorted()
    const given = new Set(published.entitlements.map(({ id }) => id))
    for (const { entitlement, principal } of changes) {
      const unknown = ["x", "s", "0"]
        .map((more) => ({ ...entitlement, id: entitlement.id + more, slug: entitlement.slug + more }))
        .find((it) => !given.has(it.id))
      if (unknown === undefined) continue
      const holder = published.grants.find((grant) => grant.entitlement === entitlement.id)?.principal ?? principal
      for (const [intent, who] of [
        ["grant", principal],
        ["revoke", holder],
      ] as const) {
        const result: ChangeResult | undefined = yield* tryChange(connector, intent, {
          entitlement: unknown,
          principal: who,
        })
        const why: string = isGrantable(provisioning, unknown)
          ? `${intent} of ${unknown.id}, which no sync gives: \`holders\` fails with \`NotFound\` where the system has no such entitlement`
          : `${intent} of ${unknown.id}, which no sync gives`
        assert.strictEqual(result?.outcome, "failed", why)
        assert.deepStrictEqual(yield* grantsNow(connector), before, why)
      }
    }
  })
  yield* inOneWorld(tried, work)
})
