// What comes of single tasks, as C1 is told.
import { assert, describe, it } from "@effect/vitest"
import { toJson } from "@bufbuild/protobuf"
import { BatonServiceFinishTaskRequestSchema, messageRegistry } from "@rollcall/c1-protocol/messages"
import { type ScriptedTask, SimulatedC1, type TaskHistory } from "@rollcall/c1-simulator"
import type { Action, Connector, ConnectorReason, ConnectorReasonTag } from "@rollcall/connector"
import { AfterChange, AuditLog, AuditOrigin, ConnectorError } from "@rollcall/connector"
import { Clock, Deferred, Duration, Effect } from "effect"
import type { TaskLoopOptions } from "../src/index.ts"
import { makeActionRuns } from "../src/tasks/ActionRuns.ts"
import { clubhouse, grantTo, lockDoor, revokeFrom } from "./clubhouse.ts"
import { patientClock } from "@rollcall/test-kit/virtual-time"
import { inC1, startLoop } from "./running.ts"

/** What C1 is told of each task, one after the other. */
const endsOf = (
  tasks: ReadonlyArray<ScriptedTask>,
  connector: Connector,
  options: Partial<TaskLoopOptions> = {},
  clock = patientClock(),
) =>
  inC1(
    Effect.gen(function* () {
      const c1 = yield* SimulatedC1
      const ids = yield* c1.addTasks(tasks)
      const loop = yield* startLoop(connector, { concurrency: 1, ...options })
      const ends: Array<End> = []
      for (const id of ids) {
        ends.push(endOf(yield* c1.untilFinished(id)))
      }
      return { ends, ...loop }
    }),
    { clock },
  )

const endOf = ({ outcome, assets }: TaskHistory): End => {
  if (outcome === undefined) throw new Error("The task has no end.")
  const json = Object(toJson(BatonServiceFinishTaskRequestSchema, outcome, { registry: messageRegistry }))
  return { code: 0, ...json.status, ...json.error, ...json.success, assets: assets.length }
}

interface End {
  readonly code: number
  readonly message?: string
  readonly nonRetryable?: boolean
  readonly response?: Readonly<Record<string, unknown>>
  readonly annotations?: ReadonlyArray<unknown>
  readonly details?: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly assets: number
}

const failing = (tag: ConnectorReasonTag) => failingFor(reasonOf(tag))

const failingFor = (reason: ConnectorReason) =>
  Effect.fail(new ConnectorError({ reason, message: "It failed.", hint: "Mend it." }))

const reasonOf = (_tag: ConnectorReasonTag): ConnectorReason => {
  if (_tag === "Refused") return { _tag, by: "settings" }
  return _tag === "Unavailable" ? { _tag, scope: "system" } : { _tag }
}

const askedToWait = failingFor({ _tag: "Unavailable", scope: "system", retryAfter: Duration.minutes(1) })

const v2 = "type.googleapis.com/c1.connector.v2"

describe("a grant", () => {
  it.live("is made once, with a line in the audit log before and after; a second one finds it made already", () =>
    Effect.gen(function* () {
      const { connector, holders } = clubhouse()
      const { ends, audit } = yield* endsOf([grantTo("ada"), grantTo("ada")], connector)
      const already = { "@type": `${v2}.GrantAlreadyExists` }
      assert.deepStrictEqual(ends, [
        { code: 0, response: { "@type": `${v2}.GrantManagerServiceGrantResponse` }, assets: 0 },
        {
          code: 0,
          response: { "@type": `${v2}.GrantManagerServiceGrantResponse`, annotations: [already] },
          annotations: [already],
          assets: 0,
        },
      ])
      assert.deepStrictEqual([...holders], ["ada"])
      assert.deepStrictEqual(audit, ["grant begun", "grant changed"])
    }),
  )

  it.live("for a time is told to whoever keeps leases, with the id of its task and its end", () =>
    Effect.gen(function* () {
      const { connector } = clubhouse()
      const told: Array<AuditOrigin["lease"]> = []
      let millis = 0
      const { told: events, audit } = yield* Effect.provideService(
        endsOf(
          [
            { id: "2abcdefghijklmnopqrstuvwxyz", grant: { ...grantTo("ada").grant, duration: "7200s" } },
            { grant: { ...grantTo("bob").grant, duration: "0s" } },
            { grant: { ...grantTo("eve").grant, duration: "315576000000s" } },
            revokeFrom("ada"),
          ],
          connector,
        ),
        AfterChange,
        Effect.fnUntraced(function* () {
          const { lease } = yield* AuditOrigin
          told.push(lease)
          if (lease !== undefined) millis = Date.parse(lease.endsAt) - (yield* Clock.currentTimeMillis)
        }),
      )
      const [lease, ...others] = told
      assert.deepStrictEqual([lease?.id, lease?.kind], ["2abcdefghijklmnopqrstuvwxyz", "c1"])
      assert.isTrue(millis > 7_100_000 && millis <= 7_200_000, String(millis))
      assert.deepStrictEqual(others, [undefined, undefined, undefined])
      assert.lengthOf(audit, 8)
      assert.deepStrictEqual(
        events("ChangeReceived").map(({ change: { intent, principal } }) => [intent, principal.resource]),
        [
          ["grant", "ada"],
          ["grant", "bob"],
          ["grant", "eve"],
          ["revoke", "ada"],
        ],
      )
    }),
  )

  it.live(
    "during which another member vanishes fails with FailedPrecondition, not retryable, and names the member",
    () =>
      Effect.gen(function* () {
        const { connector, holders } = clubhouse({ beforeWrite: Effect.sync(() => holders.delete("bob")) })
        holders.add("bob")
        const { ends, audit } = yield* endsOf([grantTo("ada")], connector)
        assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable], [9, true])
        assert.include(ends[0]?.message, "member:bob vanished during our write")
        assert.deepStrictEqual(audit, ["grant begun", "grant changed", "grant collateral"])
        assert.deepStrictEqual([...holders], ["ada"])
      }),
  )

  it.live("can name ids alone", () =>
    Effect.gen(function* () {
      const { connector, holders } = clubhouse()
      const task = { grant: { entitlement: { id: "key:front:holder" }, principal: grantTo("ada").grant.principal } }
      const { ends } = yield* endsOf([task], connector)
      assert.deepStrictEqual([ends[0]?.code, [...holders]], [0, ["ada"]])
    }),
  )

  for (const [what, task] of [
    ["nothing", { grant: {} }],
    ["no principal", { grant: { entitlement: grantTo("ada").grant.entitlement } }],
    ["a principal without an id", { grant: { ...grantTo("ada").grant, principal: { displayName: "Ada" } } }],
    ["an entitlement of no form", { grant: { ...grantTo("ada").grant, entitlement: { id: "holder" } } }],
    ["an id beyond all bounds", { grant: { ...grantTo("a".repeat(1025)).grant } }],
    ["no grant to revoke", { revoke: {} }],
  ] as const) {
    it.live(`that names ${what} is finished as malformed, not retryable`, () =>
      Effect.gen(function* () {
        const { connector, holders } = clubhouse()
        const { ends, audit } = yield* endsOf([task], connector)
        assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable], [3, true])
        assert.match(ends[0]?.message ?? "", /^malformed (?:grant|revoke) task: the /u)
        assert.deepStrictEqual([holders.size, audit], [0, []])
      }),
    )
  }

  for (const [reason, code, nonRetryable] of [
    ["Refused", 7, true],
    ["NotFound", 5, true],
    ["CredentialRejected", 16, true],
    ["Defective", 13, true],
    ["UnexpectedReply", 13, undefined],
    ["Unavailable", 14, undefined],
  ] as const) {
    it.live(`that ends with ${reason} is reported as ${code}, ${nonRetryable ? "not retryable" : "retryable"}`, () =>
      Effect.gen(function* () {
        const { connector } = clubhouse({ beforeWrite: failing(reason) })
        const { ends } = yield* endsOf([grantTo("ada")], connector)
        assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable], [code, nonRetryable])
        assert.strictEqual(ends[0]?.message, "It failed. Mend it.")
      }),
    )
  }

  it.live(
    "that would disable the account of the token fails with FailedPrecondition, not retryable, and is never started",
    () =>
      Effect.gen(function* () {
        const { connector } = clubhouse()
        const [lock] = connector.actions ?? []
        const takesAccess = { from: () => "front", ownIds: () => Effect.succeed(["front"]) }
        const actor = Effect.succeed({ id: "C1", displayName: "The Club", actor: "warden" })
        const { ends, audit } = yield* endsOf([lockDoor], {
          ...connector,
          identify: actor,
          actions: [{ ...lock!, takesAccess }],
        })
        assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable, audit], [9, true, []])
        assert.notInclude(ends[0]?.message, "--even-myself")
      }),
  )

  it.live("that is throttled reports until when", () =>
    Effect.gen(function* () {
      const { connector } = clubhouse({ beforeWrite: askedToWait })
      const clock = patientClock()
      const begun = clock.currentTimeMillisUnsafe()
      const { ends } = yield* endsOf([grantTo("ada")], connector, {}, clock)
      const [description] = ends[0]?.details ?? []
      assert.strictEqual(description?.["@type"], `${v2}.RateLimitDescription`)
      assert.strictEqual(description?.["status"], "STATUS_OVERLIMIT")
      const resetAt = Date.parse(String(description?.["resetAt"]))
      assert.isAtLeast(resetAt, begun + 60_000)
      assert.isAtMost(resetAt, clock.currentTimeMillisUnsafe() + 60_000)
    }),
  )

  it.live("and a revoke are refused while provisioning is off, but actions are not", () =>
    Effect.gen(function* () {
      const { connector, holders } = clubhouse()
      const tasks = [grantTo("ada"), revokeFrom("ada"), { deleteResource: {} }, lockDoor]
      const { ends } = yield* endsOf(tasks, connector, { provisioning: false })
      assert.deepStrictEqual(
        ends.map(({ code, nonRetryable = false }) => [code, nonRetryable]),
        [
          [9, true],
          [9, true],
          [9, true],
          [0, false],
        ],
      )
      assert.match(ends[0]?.message ?? "", /^provisioning is not enabled/u)
      assert.strictEqual(holders.size, 0)
    }),
  )
})

describe("a revoke", () => {
  it.live("needs no grant id, and a second one finds nothing to do", () =>
    Effect.gen(function* () {
      const { connector, holders } = clubhouse()
      holders.add("ada")
      const { ends, audit } = yield* endsOf([revokeFrom("ada"), revokeFrom("ada")], connector)
      assert.deepStrictEqual(
        ends.map(({ annotations }) => annotations),
        [undefined, [{ "@type": `${v2}.GrantAlreadyRevoked` }]],
      )
      assert.deepStrictEqual([holders.size, audit], [0, ["revoke begun", "revoke changed"]])
    }),
  )
})

describe("an action", () => {
  it.live("that takes longer than a second is reported as running, and its status reports when it is complete", () =>
    inC1(
      Effect.gen(function* () {
        const unlocked = yield* Deferred.make<void>()
        const { connector } = clubhouse({ beforeWrite: Deferred.await(unlocked) })
        const c1 = yield* SimulatedC1
        yield* startLoop(connector)
        const [first = ""] = yield* c1.addTasks([lockDoor])
        const { response: running = {} } = endOf(yield* c1.untilFinished(first))
        assert.strictEqual(running["status"], "BATON_ACTION_STATUS_RUNNING")

        const askForStatus = Effect.gen(function* () {
          const [asked = ""] = yield* c1.addTasks([{ actionStatus: { name: "lock", id: String(running["id"]) } }])
          return endOf(yield* c1.untilFinished(asked)).response ?? {}
        })
        assert.strictEqual((yield* askForStatus)["status"], "BATON_ACTION_STATUS_RUNNING")
        yield* Deferred.succeed(unlocked, undefined)
        const complete = yield* Effect.repeat(askForStatus, {
          until: ({ status }) => status !== "BATON_ACTION_STATUS_RUNNING",
        })
        assert.deepStrictEqual(
          [complete["status"], complete["response"], complete["id"]],
          ["BATON_ACTION_STATUS_COMPLETE", { door: "front" }, running["id"]],
        )
      }),
    ),
  )

  it.live("is remembered until a thousand later ones have started", () =>
    Effect.gen(function* () {
      const { start, find } = yield* makeActionRuns
      const lock = start(clubhouse().connector, "lock", { door: "front" })
      const first = yield* lock
      const second = yield* lock
      yield* Effect.replicateEffect(lock, 999, { discard: true })
      assert.deepStrictEqual([find(first.id), find(second.id)?.state._tag], [undefined, "Complete"])
    }).pipe(Effect.scoped, Effect.provideService(AuditLog, { append: () => Effect.void })),
  )

  it.live("that fails is a retryable error, which holds its response", () =>
    Effect.gen(function* () {
      const { connector } = clubhouse({ beforeWrite: failing("Refused") })
      const { ends } = yield* endsOf([lockDoor], connector)
      assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable], [2, undefined])
      assert.strictEqual(ends[0]?.response?.["status"], "BATON_ACTION_STATUS_FAILED")
      assert.deepStrictEqual(ends[0]?.response?.["response"], { error: "It failed. Mend it." })
    }),
  )

  it.live("that is throttled reports until when, in the error and in its response", () =>
    Effect.gen(function* () {
      const { connector } = clubhouse({ beforeWrite: askedToWait })
      const { ends } = yield* endsOf([lockDoor], connector)
      const [description] = ends[0]?.details ?? []
      assert.strictEqual(description?.["@type"], `${v2}.RateLimitDescription`)
      assert.isAbove(Date.parse(String(description?.["resetAt"])), Date.now())
      assert.deepStrictEqual(ends[0]?.response?.["annotations"], [description])
    }),
  )

  it.live("that dies of a defect is reported as failed, and not as running forever", () =>
    Effect.gen(function* () {
      const { connector } = clubhouse({ beforeWrite: Effect.die(new Error("secret detail")) })
      const { ends } = yield* endsOf([lockDoor], connector)
      assert.strictEqual(ends[0]?.response?.["status"], "BATON_ACTION_STATUS_FAILED")
      assert.notInclude(JSON.stringify(ends), "secret detail")
    }),
  )

  it.live("runs once with an unknown argument, and not with an argument of the wrong type", () =>
    Effect.gen(function* () {
      const { connector } = clubhouse()
      const extra = { actionInvoke: { name: "lock", args: { door: "front", colour: "red" } } }
      const wrong = { actionInvoke: { name: "lock", args: { door: 7 } } }
      const { ends, audit } = yield* endsOf([wrong, extra], connector)
      assert.strictEqual(
        ends[0]?.message,
        "malformed action invoke task: its argument door is a number and must be a string",
      )
      assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable], [3, true])
      assert.deepStrictEqual([ends[1]?.code, audit], [0, ["lock begun", "lock changed"]])
    }),
  )

  it.live("and a grant that need a further credential are refused with its name, and nothing else is refused", () =>
    Effect.gen(function* () {
      const { provisioning: _, actions: __, ...club } = clubhouse().connector
      const connector = {
        ...club,
        resourceTypes: club.resourceTypes.map((type) => ({ ...type, capabilities: ["sync"] as const })),
        furtherCredential: { name: "the master key (MASTER_KEY)", provisions: ["key"], actions: ["lock"] },
      }
      const schema = { actionGetSchema: { name: "lock" } }
      const other = { actionInvoke: { name: "open" } }
      const { ends } = yield* endsOf([grantTo("ada"), revokeFrom("ada"), lockDoor, schema, other], connector)
      assert.deepStrictEqual(
        ends.map(({ code, nonRetryable }) => [code, nonRetryable]),
        [...Array.from({ length: 4 }, () => [9, true]), [5, true]],
      )
      for (const { message } of ends.slice(0, 4))
        assert.match(message ?? "", /^The master key \(MASTER_KEY\) is missing/)
      const off = yield* endsOf([grantTo("ada")], connector, { provisioning: false })
      assert.include(off.ends[0]?.message ?? "", "provisioning is not enabled")
    }),
  )

  for (const [what, task, code] of [
    ["schema of no name", { actionGetSchema: {} }, 3],
    ["schema of another name", { actionGetSchema: { name: "open" } }, 5],
    ["invocation of no name", { actionInvoke: {} }, 3],
    ["invocation for a resource type", { actionInvoke: { name: "lock", resourceTypeId: "key" } }, 5],
    ["status without an id", { actionStatus: { name: "lock" } }, 3],
    ["status of another process's invocation", { actionStatus: { name: "lock", id: "x" } }, 5],
  ] as const) {
    it.live(`refuses as not found or malformed the ${what}`, () =>
      Effect.gen(function* () {
        const { ends } = yield* endsOf([task], clubhouse().connector)
        assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable], [code, true])
      }),
    )
  }

  it.live(
    "is listed for its resource type and among all; it runs under its type, and returns what the system answers",
    () =>
      Effect.gen(function* () {
        const { connector } = clubhouse()
        const keys: Array<string> = []
        const cutKey: Action = {
          name: "cut_key",
          displayName: "Cut Key",
          description: "Cuts a key",
          kind: "resourceCreate",
          resourceType: "key",
          arguments: [{ name: "label", displayName: "Label", description: "What stands on it", type: "text" }],
          returns: [{ name: "number", displayName: "Number", description: "Its number", type: "text" }],
          isDone: ({ label }) =>
            Effect.sync(() => (keys.includes(String(label)) ? { number: String(keys.indexOf(String(label))) } : false)),
          run: ({ label }) => Effect.sync(() => void keys.push(String(label))),
          result: (_, { number = "" }) => ({ number }),
        }
        const tasks = [
          { actionListSchemas: {} },
          { actionListSchemas: { resourceTypeId: "key" } },
          { actionListSchemas: { resourceTypeId: "member" } },
          { actionInvoke: { name: "cut_key", resourceTypeId: "key", args: { label: "cellar" } } },
          { actionInvoke: { name: "cut_key", args: { label: "attic" } } },
        ]
        const { ends } = yield* endsOf(tasks, { ...connector, actions: [...(connector.actions ?? []), cutKey] })
        assert.deepStrictEqual(
          ends
            .slice(0, 3)
            .map(({ response }) => [response?.["schemas"]].flat().filter((schema) => schema !== undefined).length),
          [2, 1, 0],
        )
        assert.deepStrictEqual([ends[3]?.response?.["response"], ends[4]?.code], [{ number: "0" }, 5])
        assert.deepStrictEqual(keys, ["cellar"])
      }),
  )
})

describe("a full sync", () => {
  for (const [what, syncFull, members, entitlements, grants] of [
    ["everything", {}, 3, 1, 1],
    ["the types that the task names", { syncResourceTypeIds: ["key"] }, 0, 1, 1],
    ["resources alone", { skipEntitlementsAndGrants: true }, 3, 0, 0],
    ["all but grants", { skipGrants: true }, 3, 1, 0],
    ["everything, whatever the task asks of expansion", { skipExpandGrants: true, storageEngine: "sqlite" }, 3, 1, 1],
  ] as const) {
    it.live(`uploads ${what}`, () =>
      Effect.gen(function* () {
        const { connector, holders } = clubhouse()
        holders.add("m0")
        const { ends, told } = yield* endsOf([{ syncFull }], connector)
        assert.deepStrictEqual(ends, [{ code: 0, assets: 1 }])
        const published = told("SyncProgress").flatMap(({ event }) => (event._tag === "Published" ? [event.sync] : []))
        const { counts } = published[0] ?? {}
        assert.deepStrictEqual([counts?.resources["member"] ?? 0, counts?.resources["key"]], [members, 1])
        assert.deepStrictEqual([counts?.entitlements["key"] ?? 0, counts?.grants["key"] ?? 0], [entitlements, grants])
      }),
    )
  }

  it.live("that asks for the pebble format uploads a file that every reader can read, and an event reports that", () =>
    Effect.gen(function* () {
      const { ends, told } = yield* endsOf([{ syncFull: { storageEngine: "pebble" } }], clubhouse().connector)
      assert.deepStrictEqual([ends[0]?.assets, told("EngineUnsupported")[0]?.engine], [1, "pebble"])
    }),
  )

  it.live("of single resources is unsupported, not retryable, and nothing is read", () =>
    Effect.gen(function* () {
      const { connector, asked } = clubhouse()
      const task = { syncFull: { targetedSyncResources: [{ id: { resourceType: "member", resource: "m0" } }] } }
      const { ends } = yield* endsOf([task], connector)
      assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable, ends[0]?.assets, asked], [12, true, 0, []])
    }),
  )

  it.live("of a type that does not exist fails with those that do, retryable", () =>
    Effect.gen(function* () {
      const { ends } = yield* endsOf([{ syncFull: { syncResourceTypeIds: ["robot"] } }], clubhouse().connector)
      assert.deepStrictEqual([ends[0]?.code, ends[0]?.nonRetryable, ends[0]?.assets], [3, undefined, 0])
      assert.include(ends[0]?.message ?? "", "member, key")
    }),
  )

  it.live("is checked and finished, and nothing is read or uploaded, while full syncs are skipped", () =>
    Effect.gen(function* () {
      const { connector, asked } = clubhouse()
      const tasks = [{ syncFull: {} }, { syncFull: { syncResourceTypeIds: ["robot"] } }]
      const { ends } = yield* endsOf(tasks, connector, { skipFullSync: true })
      assert.deepStrictEqual(
        ends.map(({ code, assets }) => [code, assets]),
        [
          [0, 0],
          [3, 0],
        ],
      )
      const rejected = { ...connector, identify: failing("CredentialRejected") }
      assert.strictEqual((yield* endsOf([{ syncFull: {} }], rejected, { skipFullSync: true })).ends[0]?.code, 16)
      assert.deepStrictEqual(asked, [])
    }),
  )

  it.live("reads the types that the settings name if the task names none", () =>
    Effect.gen(function* () {
      const { told } = yield* endsOf([{ syncFull: {} }], clubhouse().connector, {
        resourceTypes: ["member"],
      })
      const opened = told("SyncProgress").flatMap(({ event }) => (event._tag === "Published" ? [event.sync] : []))
      assert.deepStrictEqual(opened[0]?.counts.resources, { member: 3 })
    }),
  )
})

describe("a task of a kind that is not supported", () => {
  it.live(
    "is finished as Unknown if service mode never does it, and as Unimplemented if the connector cannot do it",
    () =>
      Effect.gen(function* () {
        const unknown = [{ unknownKind: 200 }, { eventFeed: {} }, { createSyncDiff: {} }, { compactSyncs: {} }]
        const tickets = ["createTicketTask", "listTicketSchemas", "getTicket", "bulkCreateTickets", "bulkGetTickets"]
        const provisioning = [
          "createAccount",
          "createResource",
          "deleteResource",
          "rotateCredentials",
          "issueCredential",
        ]
        const lacking = ["listEvents", ...tickets, ...provisioning].map((kind) => ({ [kind]: {} }))
        const { ends } = yield* endsOf([...unknown, ...lacking], clubhouse().connector)
        const told = ends.map(({ code, nonRetryable = false }) => `${code} ${nonRetryable}`)
        assert.deepStrictEqual(told, [...unknown.map(() => "2 false"), ...lacking.map(() => "12 true")])
        assert.isTrue(ends.every(({ message = "" }) => message.startsWith("unsupported task type")))
      }),
  )
})
