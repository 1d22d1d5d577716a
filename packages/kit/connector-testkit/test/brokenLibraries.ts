// Connectors of the library that are healthy but for one thing, each with the requirement that it does not meet.
import type { Connector, Entitlement, EntitlementReference, Grant, Page } from "@rollcall/connector"
import { toEntitlementHolders } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { ConnectorWorld } from "../src/index.ts"
import { Library } from "./library.ts"
import { library, listOf, noNames, reader } from "./library.ts"
import { libraryWorld } from "./libraryWorld.ts"

/** A library that should fail one requirement and no other. */
export interface BrokenLibrary {
  /** Completes the sentence "a connector …". */
  readonly flaw: string
  readonly fails: string
  readonly world: ConnectorWorld<Library>
}

/** The library, but what its steps answer is changed. */
const answering = (change: (page: Page) => Page): Connector<Library> => ({
  ...library,
  steps: library.steps.map((step) => ({ ...step, page: (request) => Effect.map(step.page(request), change) })),
})

const withGrants = (change: (grant: Grant) => Grant): Connector<Library> =>
  answering((page) => ({ ...page, grants: page.grants?.map(change) ?? [] }))

/** The connector without its writing side, which would trip over the same flaw. */
const readOnly = ({ id, displayName, resourceTypes, steps, identify }: Connector<Library>) => ({
  id,
  displayName,
  resourceTypes: resourceTypes.map((type) => ({ ...type, capabilities: ["sync" as const] })),
  steps,
  identify,
})

const inCapitals = ({ id, ...rest }: Entitlement): Entitlement => ({ ...rest, id: id.toUpperCase() })

let identified = 0

/** The library, but it writes or tells keys in another way. */
const keeping = (change: Partial<NonNullable<Connector<Library>["provisioning"]>>): Connector<Library> => ({
  ...library,
  provisioning: { ...library.provisioning!, ...change },
})

export const brokenLibraries: ReadonlyArray<BrokenLibrary> = [
  {
    flaw: "whose every step ends with its first page",
    fails: "MUST be tried on a world where a step takes several pages",
    world: libraryWorld(() => ({ ...library, steps: library.steps.filter(({ id }) => id !== "books") }), ["ada"]),
  },
  {
    flaw: "that names another tenant in every run",
    fails: "MUST resume from any page boundary with the same result",
    world: libraryWorld(() => ({
      ...library,
      identify: Effect.sync(() => ({ id: `L${++identified}`, displayName: "Library" })),
    })),
  },
  {
    flaw: "that tells the year in which it ran",
    fails: "MUST give the same ids and facts in every run, whenever it runs",
    world: libraryWorld(() => ({
      ...library,
      steps: library.steps.map((step) => ({
        ...step,
        page: Effect.fnUntraced(function* (request) {
          const page = yield* step.page(request)
          const seenIn = new Date(yield* Clock.currentTimeMillis).getUTCFullYear()
          return { ...page, resources: page.resources?.map((it) => ({ ...it, profile: { seenIn } })) ?? [] }
        }),
      })),
    })),
  },
  {
    flaw: "that keeps what its first page told in a variable of its module",
    fails: "MUST NOT keep state between pages",
    world: libraryWorld(async () => (await import("./rememberingLibrary.ts")).rememberingLibrary),
  },
  {
    flaw: "that was not started again, so that nothing can be said of its variables",
    fails: "MUST NOT keep state between pages",
    world: libraryWorld(() => library),
  },
  {
    flaw: "that keeps the settings that it was opened with in a variable of its module",
    fails: "MUST NOT share state with another instance of its module",
    world: {
      ...libraryWorld(async () => (await import("./greetingLibrary.ts")).greetingLibrary("Welcome")),
      another: libraryWorld(async () => (await import("./greetingLibrary.ts")).greetingLibrary("Be quiet")),
    },
  },
  {
    flaw: "whose action gives a value once, and not when it is asked again",
    fails: "MUST have done what an action says, and tell so when it is asked again",
    world: libraryWorld(() => ({
      ...library,
      actions: (library.actions ?? []).map((action) =>
        action.name === "order_book"
          ? {
              ...action,
              result: (_, seen) => ("fresh" in seen ? { order: "O1" } : {}),
              run: (values) => Effect.as(action.run(values), { fresh: true }),
            }
          : action,
      ),
    })),
  },
  {
    flaw: "that gives grants without their entitlements",
    fails: "MUST give entitlements only on resources, and grants only of entitlements, that it gives",
    world: libraryWorld(() => answering((page) => ({ ...page, entitlements: [] }))),
  },
  {
    flaw: "whose grants name another resource than their entitlement",
    fails: "MUST give entitlements only on resources, and grants only of entitlements, that it gives",
    world: libraryWorld(() => withGrants((grant) => ({ ...grant, resource: { ...grant.resource, resource: "maps" } }))),
  },
  {
    flaw: "that makes up its own ids of entitlements",
    fails: "MUST give entitlements and grants the ids of the model",
    world: libraryWorld(() =>
      readOnly(
        answering((page) => ({
          ...page,
          entitlements: page.entitlements?.map(inCapitals) ?? [],
          grants:
            page.grants?.map((grant) => ({
              ...grant,
              id: grant.id.replace(grant.entitlement, grant.entitlement.toUpperCase()),
              entitlement: grant.entitlement.toUpperCase(),
            })) ?? [],
        })),
      ),
    ),
  },
  {
    flaw: "that makes up its own ids of grants",
    fails: "MUST give entitlements and grants the ids of the model",
    world: libraryWorld(() => readOnly(withGrants((grant) => ({ ...grant, id: `grant of ${grant.id}` })))),
  },
  {
    flaw: "whose quick sync does not say what it lacks",
    fails: "MUST give in a quick sync what a full sync gives, and name what it lacks",
    world: libraryWorld(() => ({
      ...library,
      quick: { steps: ["regulars"], lacks: [] },
      steps: [
        ...library.steps,
        {
          id: "regulars",
          title: "regulars",
          produces: ["reader"],
          scopes: [],
          page: () => Effect.succeed({ resources: [{ id: reader("ada") }] }),
        },
      ],
    })),
  },
  {
    flaw: "with a step that yields grants on a type which it does not say that it produces",
    fails: "MUST NOT drop the grants of one type when another type is left out",
    world: libraryWorld(() => {
      const shelves = library.steps.filter((step) => step.id === "shelves")
      const keys = shelves.map((step) => ({
        ...step,
        id: "keys",
        produces: ["reader"],
        page: (request: Parameters<typeof step.page>[0]) =>
          step.page(request).pipe(
            Effect.map(({ grants = [] }) => ({ grants })),
            Effect.orElseSucceed(() => ({})),
          ),
      }))
      const withoutKeys = answering((page) => ({ ...page, grants: [] }))
      return { ...withoutKeys, quick: undefined, steps: [...withoutKeys.steps, ...keys] }
    }),
  },
  {
    flaw: "that shows nobody where it is not allowed to see anybody",
    fails: "MUST refuse, and publish nothing, without a required scope",
    world: libraryWorld(() => ({
      ...library,
      steps: library.steps.map((step) =>
        step.optional === true
          ? step
          : { ...step, page: (request) => Effect.orElseSucceed(step.page(request), () => ({})) },
      ),
    })),
  },
  {
    flaw: "that names a gap although it has every scope",
    fails: "MUST NOT name a scope as missing while it has every scope",
    world: libraryWorld(() => answering((page) => ({ ...page, gaps: [noNames] }))),
  },
  {
    flaw: "that leaves out names without a word",
    fails: "MUST name each type that is not whole without an optional scope",
    world: libraryWorld(() => answering((page) => ({ ...page, gaps: [] }))),
  },
  {
    flaw: "that says that shelves lack something where names of readers are missing",
    fails: "MUST NOT name a type that is whole without an optional scope",
    world: libraryWorld(() =>
      answering((page) => ({
        ...page,
        gaps: (page.gaps ?? []).flatMap((gap) => [gap, { ...gap, resourceType: "shelf" }]),
      })),
    ),
  },
  {
    flaw: "that takes the keys of all others when it gives one",
    fails: "MUST change one grant and no other when it grants or revokes",
    world: libraryWorld(() =>
      keeping({
        grant: ({ resource }, { resource: who }) =>
          Library.use(({ keys }) =>
            Effect.sync(() => {
              const readers = keys.get(resource.resource)
              readers?.clear()
              readers?.add(who)
              return {}
            }),
          ),
      }),
    ),
  },
  {
    flaw: "that takes the key of whoever it makes a keeper",
    fails: "MUST change one grant and no other when it grants or revokes",
    world: libraryWorld(() =>
      keeping({
        grant: (entitlement, { resource: who }) =>
          Effect.gen(function* () {
            for (const slug of ["key", "keeper"]) (yield* listOf({ ...entitlement, slug })).delete(who)
            const readers = yield* listOf(entitlement)
            readers.add(who)
            return {}
          }),
      }),
    ),
  },
  {
    flaw: "whose world has nothing that can be granted of one kind of entitlement",
    fails: "MUST change one grant and no other when it grants or revokes",
    world: {
      ...libraryWorld(() => library),
      connector: async () => (await import("./library.ts")).library,
      grantable: { entitlement: "shelf:maps:key", principal: reader("zoe") },
    },
  },
  {
    flaw: "that grants keys whatever the entitlement is called",
    fails: "MUST refuse to grant or revoke an entitlement that it does not give",
    world: libraryWorld(() => {
      const known = (it: EntitlementReference) => ({ ...it, slug: it.slug === "keeper" ? "keeper" : "key" })
      const { holders, grant, revoke } = library.provisioning!
      return keeping({
        slugs: { shelf: /^\w+$/u },
        holders: (entitlement) => holders(known(entitlement)),
        grant: (entitlement, principal) => grant(known(entitlement), principal),
        revoke: (entitlement, principal) => revoke(known(entitlement), principal),
      })
    }),
  },
  {
    flaw: "that tells who has a key when it is asked for keepers, and the other way round",
    fails: "MUST tell who holds what it can grant as a sync tells it",
    world: libraryWorld(() => {
      const { holders, grant, revoke } = library.provisioning!
      let isWritten = false
      const noting = <A, E, R>(write: Effect.Effect<A, E, R>) =>
        Effect.suspend(() => {
          isWritten = true
          return write
        })
      return keeping({
        // Once it has written it shows what is true, so that nothing else is wrong with it.
        holders: (entitlement) =>
          holders(isWritten ? entitlement : { ...entitlement, slug: entitlement.slug === "key" ? "keeper" : "key" }),
        grant: (entitlement, principal) => noting(grant(entitlement, principal)),
        revoke: (entitlement, principal) => noting(revoke(entitlement, principal)),
      })
    }),
  },
  {
    flaw: "that shows holders whom no sync shows",
    fails: "MUST tell who holds what it can grant as a sync tells it",
    world: libraryWorld(() =>
      keeping({
        holders: (entitlement) =>
          Effect.map(library.provisioning!.holders(entitlement), (read) => [
            ...toEntitlementHolders(read).holders,
            reader("ghost"),
          ]),
      }),
    ),
  },
  {
    flaw: "whose action leaves something to do each time",
    fails: "MUST have done what an action says, and tell so when it is asked again",
    world: libraryWorld(() => {
      let looks = 0
      return {
        ...library,
        actions: (library.actions ?? []).map((action) => ({
          ...action,
          isDone: () => Effect.sync(() => looks++ % 2 === 1),
        })),
      }
    }),
  },
]
