// The alerts of the chart, tried by Prometheus' own tool on what three pods with forty connections report: who is woken, and who is not.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import type { Expectation, Series, Stretch } from "./promtool.ts"
import { alertFaults, hasPromtool, series } from "./promtool.ts"
import type { Rule } from "./chartRules.ts"
import { podsOf, rulesWith } from "./chartRules.ts"
import { deployFolder } from "./kubernetesObject.ts"
import { findProgram, renderChart } from "./render.ts"
import { lookUp } from "./renderings/rendering.ts"

const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }
const job = "default/rollcall"
const pods = ["one", "two", "three"] as const
type Pod = (typeof pods)[number]

const labelsOf = (pod: string, more: Readonly<Record<string, string>> = {}) => ({
  job,
  namespace: "default",
  pod,
  ...more,
})

/** How a connection is while a pod serves it. */
interface Told {
  readonly up?: number
  readonly token?: number
  /** When its next data is due, in seconds. */
  readonly due?: number
  /** Works for ConductorOne: polls a minute. */
  readonly polls?: number
}

/** So many samples in which a connection is so, on a pod, on none, or on one that is gone after that. */
interface Turn extends Told {
  readonly samples: number
  readonly on: Pod | undefined
  readonly isPaused?: boolean
  readonly isKnown?: boolean
}

const far = 10 ** 9

/** What all pods report of a connection; none reports anything after it is gone from the file, or after the pod is gone. */
const connection = (
  name: string,
  turns: ReadonlyArray<Turn>,
  goneAfter: Partial<Readonly<Record<Pod, number>>> = {},
): ReadonlyArray<Series> =>
  pods.flatMap((pod) => {
    const until = goneAfter[pod] ?? Number.POSITIVE_INFINITY
    let at = 0
    const lived = turns.flatMap((turn) => {
      const samples = Math.max(0, Math.min(turn.samples, until - at))
      at += turn.samples
      return [
        { ...turn, samples, isThere: turn.isKnown ?? true },
        { ...turn, samples: turn.samples - samples, isThere: false },
      ]
    })
    type Lived = (typeof lived)[number]
    const told = (read: (turn: Lived) => number | undefined, rise: (turn: Lived) => number = () => 0) =>
      lived.map((turn): Stretch => (turn.isThere ? [turn.samples, read(turn), rise(turn)] : [turn.samples]))
    const served = (read: (turn: Lived) => number | undefined) => (turn: Lived) =>
      turn.on === pod ? read(turn) : undefined
    const known = labelsOf(pod, { connection: name })
    const labels = { ...known, connector: "slack-pro", workspace: `T${name}` }
    return [
      series("rollcall_connection_up", known, ...told((turn) => served(({ up = 1 }) => up)(turn) ?? 0)),
      series("rollcall_connection_served", known, ...told(({ on }) => (on === pod ? 1 : 0))),
      series("rollcall_connection_paused", known, ...told(({ isPaused = false }) => (isPaused ? 1 : 0))),
      ...(lived.some(({ on }) => on === pod)
        ? [
            series("rollcall_token_valid", labels, ...told(served(({ token = 1 }) => token))),
            series(
              "rollcall_sync_due_timestamp_seconds",
              labels,
              ...told(served(({ due = far, polls }) => (polls === undefined ? due : undefined))),
            ),
            series(
              "rollcall_polls_total",
              { ...labels, outcome: "success" },
              ...told(
                served(({ polls }) => (polls === undefined ? undefined : 0)),
                ({ polls = 0 }) => polls,
              ),
            ),
          ]
        : []),
    ]
  })

/** What the pods say of themselves. */
const processes = (samples: number, database: ReadonlyArray<Stretch> = [[samples, 1]]) =>
  pods.flatMap((pod) => [
    series("rollcall_build_info", labelsOf(pod, { version: "1.0.0", node: "26" }), [samples, 1]),
    series("rollcall_database_up", labelsOf(pod), ...database),
  ])

const names = Array.from({ length: 40 }, (_, at) => `c${at}`)
const podOf = (name: string): Pod => pods[Number(name.slice(1)) % pods.length] ?? "one"

/** Forty connections that work, but for these. */
const forty = (samples: number, otherwise: Readonly<Record<string, ReadonlyArray<Series>>> = {}) => [
  ...processes(samples),
  ...names.flatMap((name) => otherwise[name] ?? connection(name, [{ samples, on: podOf(name) }])),
]

const canTry = hasPromtool && findProgram("helm") !== undefined

describe.skipIf(!canTry)("the alerts (skipped where there is no promtool or helm)", () => {
  const rules = canTry ? rulesWith({ gaps: true }, podsOf(3)) : {}
  const faults = (given: ReadonlyArray<Series>, expected: Expectation) => alertFaults(rules, given, expected)
  const dead = { samples: 150, on: "two", up: 0 } as const
  const fine = { samples: 30, on: "two" } as const

  const wrong: ReadonlyArray<readonly [why: string, alert: string, turn: Turn]> = [
    ["fails", "RollcallConnectionIsDown", dead],
    ["has a token that is refused", "RollcallTokenIsRefused", { ...dead, token: 0 }],
    ["is served by nobody", "RollcallConnectionIsNotServed", { ...dead, on: undefined }],
    ["hangs in a sync that was due eight hours ago", "RollcallSyncIsOverdue", { ...dead, up: 1, due: -8 * 3600 }],
    ["does not reach ConductorOne", "RollcallIsDisconnected", { ...dead, up: 1, polls: 0 }],
    ["cannot register with ConductorOne", "RollcallIsDisconnected", { ...dead, polls: 0 }],
    ["fails although it reaches ConductorOne", "RollcallConnectionIsDown", { ...dead, polls: 1 }],
  ]
  /** One that worked for half an hour. */
  const goneWrong = (name: string, turn: Turn) =>
    connection(name, [turn.polls === undefined ? fine : { ...fine, polls: 1 }, turn])

  it(`fire for each of forty that is wrong, by why it is so, and for no other: one ${wrong.map(([why]) => why).join(", one ")}`, () => {
    // Each on its own connection, c0 and so on.
    const given = Object.fromEntries(wrong.map(([, , turn], at) => [`c${at}`, goneWrong(`c${at}`, turn)]))
    assert.strictEqual(
      faults(forty(180, given), { minutes: 180, firing: wrong.map(([, alert], at) => `${alert} c${at}`) }),
      "",
    )
  })

  it("fire for one of forty that is dead, and for nothing else", () => {
    assert.strictEqual(
      faults(forty(120, { c7: goneWrong("c7", { ...dead, samples: 90 }) }), {
        minutes: 120,
        firing: ["RollcallConnectionIsDown c7"],
      }),
      "",
    )
  })

  it("fire for one pod of forty that is dead, whose connections the others serve, and not while pods are replaced", () => {
    const many = rulesWith({}, podsOf(40))
    const pod = (at: number, ...samples: ReadonlyArray<Stretch>) => [
      series("rollcall_build_info", labelsOf(`pod-${at}`), ...samples),
      series("rollcall_database_up", labelsOf(`pod-${at}`), ...samples),
      series("rollcall_connection_served", labelsOf(`pod-${at}`, { connection: `c${at}` }), ...samples),
    ]
    const others = Array.from({ length: 39 }, (_, at) => pod(at, [90, 1])).flat()
    // Whoever takes over.
    const moved = series(
      "rollcall_connection_served",
      labelsOf("pod-0", { connection: "c39" }),
      [30, 0],
      [1, 0],
      [59, 1],
    )
    const given = [...others, ...pod(39, [30, 1], [60]), moved]
    assert.strictEqual(alertFaults(many, given, { minutes: 44, firing: [] }), "")
    assert.strictEqual(alertFaults(many, given, { minutes: 90, firing: ["RollcallPodIsMissing"] }), "")
    // One after the other is gone for five minutes.
    const replaced = [0, 1, 2].flatMap((at) => pod(at, [10 + at * 20, 1], [5], [75 - at * 20, 1]))
    assert.strictEqual(
      alertFaults(many, [...others.slice(9), ...replaced, ...pod(39, [90, 1])], { minutes: 90, firing: [] }),
      "",
    )
  })

  it("fire for the one release of forty whose pod is dead, and for none of the others", () => {
    const alive = Array.from({ length: 39 }, (_, at) =>
      series("rollcall_build_info", { job: `default/slack-${at}`, namespace: "default" }, [60, 1]),
    )
    const ours = (...samples: ReadonlyArray<Stretch>) => series("rollcall_build_info", labelsOf("one"), ...samples)
    const single = rulesWith()
    assert.strictEqual(
      alertFaults(single, [...alive, ours([30, 1], [30])], { minutes: 60, firing: ["RollcallIsDown"] }),
      "",
    )
    const theirs = series("rollcall_build_info", { job: "default/slack-39", namespace: "default" }, [30, 1], [30])
    assert.strictEqual(alertFaults(single, [...alive, theirs, ours([60, 1])], { minutes: 60, firing: [] }), "")
  })

  it("fire for one that fails, without a break, while it moves to another pod", () => {
    const given = connection("c7", [
      { ...dead, samples: 100 },
      { samples: 2, on: undefined },
      { ...dead, on: "three", samples: 20 },
    ])
    for (const minutes of [99, 101, 103, 120]) {
      assert.strictEqual(
        faults([...processes(122), ...given], { minutes, within: 1, firing: ["RollcallConnectionIsDown c7"] }),
        "",
      )
    }
  })

  it("are silent while connections of a pod that dies go on at others, and come back", () => {
    const given = names.map((name) =>
      podOf(name) === "one"
        ? connection(
            name,
            [
              { samples: 60, on: "one" },
              { samples: 1, on: undefined },
              { samples: 60, on: "three" },
              { samples: 60, on: "two" },
            ],
            { one: 60 },
          )
        : connection(name, [{ samples: 181, on: podOf(name) }]),
    )
    assert.strictEqual(faults([...processes(181), ...given.flat()], { minutes: 180, firing: [] }), "")
  })

  it("are silent for three weeks about a weekly schedule, whatever pod it is on when its time comes", () => {
    const step = 5
    const week = (7 * 24 * 60) / step
    // Each sync is published 40 minutes after its time, and the next is due a week after that time.
    const turns = pods.flatMap((on, at): ReadonlyArray<Turn> => {
      const due = at * week * step * 60
      return [
        { samples: 8, on, due },
        { samples: week - 9, on, due: due + week * step * 60 },
        { samples: 1, on: undefined },
      ]
    })
    assert.strictEqual(
      faults([...processes(3 * week), ...connection("c7", turns)], { minutes: 3 * week * step, firing: [], step }),
      "",
    )
  })

  it("are silent about one that is paused, and about the time that it was when it goes on", () => {
    const paused = { samples: 600, on: "two", isPaused: true, up: 0, token: 0, due: 0 } as const
    assert.strictEqual(
      faults([...processes(660), ...connection("c7", [paused, { samples: 60, on: "two", due: 0 }])], {
        minutes: 660,
        firing: [],
      }),
      "",
    )
    const c1 = { samples: 100, on: "two", isPaused: true, polls: 0 } as const
    const given = connection("c7", [c1, { samples: 60, on: "two", polls: 1 }])
    assert.strictEqual(faults([...processes(160), ...given], { minutes: 160, firing: [] }), "")
  })

  it("end a few minutes after one that failed is removed", () => {
    const given = connection("c7", [dead, { samples: 60, on: undefined, isKnown: false }])
    assert.strictEqual(
      faults([...processes(210), ...given], { minutes: 150, within: 1, firing: ["RollcallConnectionIsDown c7"] }),
      "",
    )
    assert.strictEqual(faults([...processes(210), ...given], { minutes: 210, within: 50, firing: [] }), "")
  })

  it("name the database where it is away, and none of the connections that wait for it", () => {
    const waiting = names.flatMap((name) =>
      connection(name, [
        { samples: 30, on: podOf(name) },
        { samples: 90, on: undefined },
        { samples: 1, on: undefined },
        { samples: 59, on: podOf(name) },
      ]),
    )
    const database: ReadonlyArray<Stretch> = [
      [29, 1],
      [90, 0],
      [61, 1],
    ]
    assert.strictEqual(
      faults([...processes(180, database), ...waiting], { minutes: 180, firing: ["RollcallDatabaseIsDown"] }),
      "",
    )
  })

  it("say once that no worker answers", () => {
    const gone = connection("c7", [fine, { samples: 60, on: undefined, isKnown: false }])
    assert.strictEqual(
      faults([...pods.map((pod) => series("rollcall_build_info", labelsOf(pod), [30, 1], [60])), ...gone], {
        minutes: 90,
        firing: ["RollcallIsDown"],
      }),
      "",
    )
  })

  it("are about a worker with one connection too, which has no name", () => {
    const single = rulesWith()
    const labels = labelsOf("one", { connector: "slack-pro", workspace: "T1" })
    const told = (name: string, value: number) => series(name, labels, [60, value])
    const worker = series("rollcall_build_info", labelsOf("one"), [60, 1])
    assert.strictEqual(
      alertFaults(single, [worker, told("rollcall_token_valid", 0)], {
        minutes: 60,
        firing: ["RollcallTokenIsRefused"],
      }),
      "",
    )
    assert.strictEqual(
      alertFaults(single, [worker, told("rollcall_sync_due_timestamp_seconds", -8 * 3600)], {
        minutes: 60,
        firing: ["RollcallSyncIsOverdue"],
      }),
      "",
    )
    assert.strictEqual(
      alertFaults(single, [worker, told("rollcall_sync_last_success_timestamp_seconds", -9 * 24 * 3600)], {
        minutes: 60,
        firing: ["RollcallDataIsOld"],
      }),
      "",
    )
    assert.strictEqual(
      alertFaults(single, [worker, told("rollcall_leases_overdue", 1)], {
        minutes: 60,
        firing: ["RollcallAccessStays"],
      }),
      "",
    )
    const failed = { ...labels, kind: "grant", outcome: "error" }
    assert.strictEqual(
      alertFaults(single, [worker, series("rollcall_tasks_total", failed, [20, 0], [40, 1])], {
        minutes: 60,
        firing: ["RollcallTaskFailed"],
      }),
      "",
    )
  })

  it("find the series by the job that each monitor of the chart gives, or by one that is named", () => {
    for (const kind of ["podMonitor", "serviceMonitor"]) {
      const { objects } = renderChart("rollcall", { image, [kind]: { enabled: true } })
      const monitor = JSON.stringify(objects.find((object) => object.kind.endsWith("Monitor")) ?? assert.fail(kind))
      assert.match(monitor, /"relabelings":\[\{[^}]*"targetLabel":"job"/u)
      assert.include(monitor, `"replacement":"${job}"`)
      assert.include(monitor, '"port":"health"')
    }
    const both = { podMonitor: { enabled: true }, serviceMonitor: { enabled: true } }
    assert.include(renderChart("rollcall", { image, ...both }).complaint, "would read each pod twice")
    const others = JSON.stringify(rulesWith({ job: "workers", downHours: 3 }))
    assert.notInclude(others, job)
    assert.include(others, 'job=\\"workers\\"')
    assert.include(others, '"for":"3h"')
    assert.notInclude(others, "RollcallSyncHasGaps")
  })

  it("are each left out, or have another duration and severity, by name, and change nothing else", () => {
    const listed = (alerts: object): ReadonlyArray<Rule> => rulesWith(alerts).groups.flatMap((group) => group.rules)
    const plain = listed({})
    assert.deepStrictEqual(
      listed({ rules: { RollcallDrift: { for: "1h", severity: "info" }, RollcallRestarts: { enabled: false } } }),
      plain
        .filter(({ alert }) => alert !== "RollcallRestarts")
        .map((rule) =>
          rule.alert === "RollcallDrift" ? { ...rule, for: "1h", labels: { ...rule.labels, severity: "info" } } : rule,
        ),
    )
    assert.deepStrictEqual(
      listed({ ruleLabels: { team: "identity", severity: "page" } }),
      plain.map((rule) => ({ ...rule, labels: { team: "identity", ...rule.labels } })),
    )
    assert.include(
      renderChart("rollcall", { image, alerts: { rules: { RollcallDrif: {} } } }).complaint,
      "RollcallDrif",
    )
  })

  it("have names that the schema of the values knows, all of them", () => {
    const schema: unknown = JSON.parse(readFileSync(join(deployFolder, "helm/rollcall/values.schema.json"), "utf8"))
    const known = lookUp(Object(schema), "properties alerts properties rules propertyNames enum")
    assert.deepStrictEqual(
      known,
      rulesWith({ gaps: true }, podsOf(2)).groups.flatMap((group) => group.rules.map(({ alert }) => alert)),
    )
  })
})
