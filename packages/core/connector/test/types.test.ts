// What the types of the contract let an author say, and what they do not. The type check of the project decides; at run time
// nothing happens here.
import { describe, expectTypeOf, it } from "@effect/vitest"
import type { Duration } from "effect"
import { Context, Effect } from "effect"
import type {
  Action,
  ActionKind,
  ChildPageRequest,
  Connector,
  ConnectorReason,
  Page,
  PageRequest,
  Resource,
  Step,
  SyncResult,
  SyncStore,
} from "../src/index.ts"
import { ConnectorError, forEachResource, mergeBy, provideConnector } from "../src/index.ts"
import { tinyConnector } from "./tinyConnector.ts"

class Client extends Context.Service<Client, { readonly read: Effect.Effect<string> }>()("test/types/Client") {}

const facts = { message: "No.", hint: "Ask." }

describe("the reason of a connector's error", () => {
  it("holds the facts of that reason alone", () => {
    type Of<Tag extends ConnectorReason["_tag"]> = Extract<ConnectorReason, { readonly _tag: Tag }>
    expectTypeOf<Of<"Unavailable">["retryAfter"]>().toEqualTypeOf<Duration.Duration | undefined>()
    expectTypeOf<Of<"Unavailable">["scope"]>().toEqualTypeOf<"object" | "system">()
    expectTypeOf<keyof Of<"NotFound">>().toEqualTypeOf<"_tag">()
    const said = new ConnectorError({ reason: { _tag: "Refused", by: "scope", missingScopes: ["a"] }, ...facts })
    expectTypeOf(said.missingScopes).toEqualTypeOf<ReadonlyArray<string>>()
    // @ts-expect-error -- a refusal says what it lies in
    const unsaid: ConnectorReason = { _tag: "Refused" }
    // @ts-expect-error -- a plan is no scope
    const planned: ConnectorReason = { _tag: "Refused", by: "plan", missingScopes: ["a"] }
    // @ts-expect-error -- what does not exist is not to be waited for
    const waiting: ConnectorReason = { _tag: "NotFound", scope: "object" }
    expectTypeOf([unsaid, planned, waiting]).toExtend<ReadonlyArray<ConnectorReason>>()
  })
})

describe("a step", () => {
  it("needs the services of its page function, until they are provided", () => {
    const step: Step<Client> = {
      id: "one",
      title: "one",
      produces: [],
      scopes: [],
      page: () => Client.use(({ read }) => Effect.as(read, {})),
    }
    const connector: Connector<Client> = { ...tinyConnector([]), steps: [step] }
    const services = Context.make(Client, { read: Effect.succeed("") })
    expectTypeOf(provideConnector(connector, services)).toEqualTypeOf<Connector>()
    // @ts-expect-error -- a connector whose services are not provided is none that can be run alone
    expectTypeOf<Connector<Client>>().toExtend<Connector>()
  })

  it("for each resource is asked for its parent as a whole, and is the rest of a step", () => {
    const read = ({ parent, cursor, tenant }: ChildPageRequest) =>
      Client.use(() => Effect.succeed<Page>({ resources: [parent], next: `${tenant.id}${cursor ?? ""}` }))
    expectTypeOf(forEachResource("team", read)).toEqualTypeOf<Pick<Step<Client>, "parentType" | "page">>()
    expectTypeOf<ChildPageRequest["parent"]>().toEqualTypeOf<Resource>()
    expectTypeOf<PageRequest>().not.toHaveProperty("parent")
  })
})

describe("an action", () => {
  it("is of a kind that ConductorOne knows, and may give values or none", () => {
    expectTypeOf<"resourceCreate" | "dynamic" | "accountDisable">().toExtend<ActionKind>()
    expectTypeOf<() => Effect.Effect<void>>().toExtend<Action["run"]>()
    expectTypeOf<() => Effect.Effect<{ id: string }>>().toExtend<Action["run"]>()
    expectTypeOf<() => Effect.Effect<number>>().not.toExtend<Action["run"]>()
  })
})

describe("a message to a store", () => {
  type Data = string | number | boolean | null | undefined | ReadonlyArray<Data> | { readonly [key: string]: Data }

  it("is data: no member of it is a function, however deep", () => {
    expectTypeOf<SyncResult>().toExtend<Data>()
    expectTypeOf<Parameters<SyncStore["Service"]["open"]>[0]>().toExtend<Data>()
    expectTypeOf<Parameters<SyncStore["Service"]["commit"]>[1]>().toExtend<Data>()
    expectTypeOf<{ readonly merge: () => void }>().not.toExtend<Data>()
    expectTypeOf(mergeBy).parameter(0).toEqualTypeOf<SyncResult["merge"]>()
  })
})
