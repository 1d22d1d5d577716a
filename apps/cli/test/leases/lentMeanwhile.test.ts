// What others do while a list is granted for a time: the list was read when it began.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { leaseStoreOf } from "@rollcall/host/changes"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Clock, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { lend } from "../../src/leases/lend.ts"
import { Screen } from "../../src/Screen.ts"
import { change, clubs } from "../changes/clubs.ts"

const minute = 60_000

describe("a list that is granted for a time", () => {
  it.effect("does not take a lease that others began meanwhile for over, by what it had read before", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      const store = join(folder, "leases.db")
      const { connector } = clubs({ chess: [], golf: [] })
      const { provisioning } = connector
      const { id: tenant } = yield* connector.identify
      const { entitlement, principal } = change("golf", "bob")
      const start = yield* Clock.currentTimeMillis
      const at = (millis: number) => new Date(start + millis).toISOString()
      const theirs: Lease = {
        id: "theirs",
        connector: connector.id,
        tenant,
        entitlement,
        principal,
        begunAt: at(0),
        grantedAt: at(0),
        endsAt: at(30 * minute),
        state: "active",
      }
      const puts = (lease: Lease) =>
        Effect.provide(
          LeaseStore.use(({ put }) => put(lease)),
          leaseStoreOf(store),
        )
      // While the first is granted, others grant the second, and time goes by.
      const slow: typeof provisioning.grant = (granted, who) =>
        granted.id === entitlement.id
          ? provisioning.grant(granted, who)
          : Effect.orDie(puts(theirs)).pipe(
              Effect.andThen(provisioning.grant(entitlement, principal)),
              Effect.andThen(TestClock.adjust(2 * minute)),
              Effect.andThen(provisioning.grant(granted, who)),
            )
      const quiet = Layer.succeed(Screen, {
        out: () => Effect.void,
        err: () => Effect.void,
        ask: undefined,
        outIsTerminal: false,
        errIsTerminal: false,
        columns: undefined,
        errColumns: 80,
        outColor: false,
        errColor: false,
      })
      yield* lend(
        { ...connector, provisioning: { ...provisioning, grant: slow } },
        {
          intent: "grant",
          changes: [change("chess", "ada"), { entitlement, principal }],
          people: new Map(),
          origin: { osUser: "ada" },
          single: false,
          yes: true,
          mayAsk: false,
          rules: { brakes: {}, store },
          auditFile: join(folder, "audit.ndjson"),
          format: "ndjson",
          quiet: true,
        },
        { until: start + 60 * minute, maxLease: undefined, withoutWorker: true },
      ).pipe(Effect.provide(quiet))
      const leases = yield* Effect.provide(
        LeaseStore.use(({ all }) => all),
        leaseStoreOf(store),
      )
      const found = leases.filter((lease) => lease.principal.resource === principal.resource)
      assert.deepStrictEqual(
        found.map(({ id, state, endsAt }) => [id, state, endsAt]),
        [["theirs", "active", at(60 * minute)]],
      )
    }).pipe(Effect.scoped),
  )
})
