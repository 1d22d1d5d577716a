// The alerts of the chart, tried by Prometheus' own tool on what three pods with forty connections report: who is woken, and who is not.
import { assert, describe, it } from "vitest"
import type { Expectation, Series, Stretch } from "./promtool.ts"
import { alertFaults, hasPromtool, series } from "./promtool.ts"
import { findProgram, renderChart } from "./render.ts"

const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }

/** The rules that the chart makes for a release `rollcall` in the namespace `default`. */
const rulesWith = (alerts: object = {}): object => {
  const { objects, complaint } = renderChart("rollcall", { image, alerts: { enabled: true, ...alerts } })
  assert.strictEqual(complaint, "")
  const rules: unknown = objects.flatMap((object) =>
    object.kind === "PrometheusRule" ? [Reflect.get(object, "spec")] : [],
  )[0]
  return typeof rules === "object" && rules !== null ? rules : assert.fail("there are no rules")
}

const job = "default/rollcall"
const pods = ["one", "two", "three"] as const
type Pod = (typeof pods)[number]

const labelsOf = (pod: Pod, more: Readonly<Record<string, string>> = {}) => ({
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
  const rules = canTry ? rulesWith({ gaps: true }) : {}
  const faults = (given: ReadonlyArray<Series>, expected: Expectation) => alertFaults(rules, given, expected)
  const dead = { samples: 150, on: "two", up: 0 } as const
  const fine = { samples: 30, on: "two" } as const

  it.for([
    ["fails", "RollcallConnectionIsDown", dead],
    ["has a token that is refused", "RollcallTokenIsRefused", { ...dead, token: 0 }],
    ["is served by nobody", "RollcallConnectionIsNotServed", { ...dead, on: undefined }],
    ["hangs in a sync that was due eight hours ago", "RollcallSyncIsOverdue", { ...dead, up: 1, due: -8 * 3600 }],
    ["does not reach ConductorOne", "RollcallIsDisconnected", { ...dead, up: 1, polls: 0 }],
    ["cannot register with ConductorOne", "RollcallIsDisconnected", { ...dead, polls: 0 }],
    ["fails although it reaches ConductorOne", "RollcallConnectionIsDown", { ...dead, polls: 1 }],
  ] as const)("fire for one of forty that %s, and for no other", ([, alert, turn]) => {
    const { polls } = { polls: undefined, ...turn }
    const before = polls === undefined ? fine : { ...fine, polls: 1 }
    assert.strictEqual(
      faults(forty(180, { c7: connection("c7", [before, turn]) }), { minutes: 180, firing: [`${alert} c7`] }),
      "",
    )
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
      faults([series("rollcall_build_info", labelsOf("one"), [30, 1], [60]), ...gone], {
        minutes: 90,
        firing: ["RollcallIsDown"],
      }),
      "",
    )
  })

  it("are about a worker with one connection too, which has no name", () => {
    const labels = labelsOf("one", { connector: "slack-pro", workspace: "T1" })
    const told = (name: string, value: number) => series(name, labels, [60, value])
    const worker = series("rollcall_build_info", labelsOf("one"), [60, 1])
    assert.strictEqual(
      faults([worker, told("rollcall_token_valid", 0)], { minutes: 60, firing: ["RollcallTokenIsRefused"] }),
      "",
    )
    assert.strictEqual(
      faults([worker, told("rollcall_sync_due_timestamp_seconds", -8 * 3600)], {
        minutes: 60,
        firing: ["RollcallSyncIsOverdue"],
      }),
      "",
    )
    assert.strictEqual(
      faults([worker, told("rollcall_sync_last_success_timestamp_seconds", -9 * 24 * 3600)], {
        minutes: 60,
        firing: ["RollcallDataIsOld"],
      }),
      "",
    )
    assert.strictEqual(
      faults([worker, told("rollcall_leases_overdue", 1)], { minutes: 60, firing: ["RollcallAccessStays"] }),
      "",
    )
    const failed = { ...labels, kind: "grant", outcome: "error" }
    assert.strictEqual(
      faults([worker, series("rollcall_tasks_total", failed, [20, 0], [40, 1])], {
        minutes: 60,
        firing: ["RollcallTaskFailed"],
      }),
      "",
    )
  })

  it("find the series by the job that the chart's PodMonitor gives, or by one that is named", () => {
    const { objects } = renderChart("rollcall", { image, podMonitor: { enabled: true, labels: { release: "prom" } } })
    const monitor: object = objects.find(({ kind }) => kind === "PodMonitor") ?? assert.fail("there is none")
    assert.deepInclude(monitor, {
      spec: {
        selector: { matchLabels: { "app.kubernetes.io/name": "rollcall", "app.kubernetes.io/instance": "rollcall" } },
        podMetricsEndpoints: [{ port: "health" }],
      },
    })
    const others = JSON.stringify(rulesWith({ job: "workers", downHours: 3 }))
    assert.notInclude(others, job)
    assert.include(others, 'job=\\"workers\\"')
    assert.include(others, '"for":"3h"')
    assert.notInclude(others, "RollcallSyncHasGaps")
  })
})
