// The file that Grafana reads, of rows of panels. Its model: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model
import type { Panel, Query, Row } from "./rows.ts"

const datasource = { type: "prometheus", uid: "${datasource}" }

/** How wide and how high a panel is: of 24 columns, in Grafana's steps. */
const sizes = {
  stat: { w: 3, h: 4 },
  table: { w: 16, h: 9 },
  states: { w: 8, h: 9 },
  lines: { w: 8, h: 8 },
  stack: { w: 8, h: 8 },
} as const
const columns = 24

/** Green, and red from a number on. */
const thresholds = (red?: number) => ({
  mode: "absolute",
  steps: [{ color: "green", value: null }, ...(red === undefined ? [] : [{ color: "red", value: red }])],
})

const upOrDown = {
  type: "value",
  options: { 0: { index: 0, text: "No", color: "red" }, 1: { index: 1, text: "Yes", color: "green" } },
}

const refId = (index: number) => String.fromCodePoint("A".codePointAt(0)! + index)

const targets = (queries: ReadonlyArray<Query>, more: object = {}) =>
  queries.map(({ expr, legend }, index) => ({
    datasource,
    refId: refId(index),
    expr,
    ...(legend === undefined ? {} : { legendFormat: legend }),
    ...more,
  }))

const legendBelow = { showLegend: true, displayMode: "list", placement: "bottom", calcs: [] }

const overTime = ({ kind, unit = "none", red, queries }: Panel) => ({
  type: "timeseries",
  targets: targets(queries),
  fieldConfig: {
    defaults: {
      unit,
      thresholds: thresholds(red),
      custom: {
        lineWidth: 1,
        fillOpacity: kind === "stack" ? 30 : 0,
        showPoints: "never",
        stacking: { mode: kind === "stack" ? "normal" : "none" },
        ...(red === undefined ? {} : { thresholdsStyle: { mode: "dashed" } }),
      },
    },
    overrides: [],
  },
  options: {
    legend: legendBelow,
    tooltip: { mode: "multi", sort: "desc" },
  },
})

const stat = ({ unit = "none", red, queries }: Panel) => ({
  type: "stat",
  targets: targets(queries, { instant: true }),
  fieldConfig: { defaults: { unit, noValue: "–", thresholds: thresholds(red) }, overrides: [] },
  options: {
    reduceOptions: { calcs: ["lastNotNull"] },
    colorMode: red === undefined ? "none" : "value",
    graphMode: "none",
  },
})

const states = ({ queries }: Panel) => ({
  type: "state-timeline",
  targets: targets(queries),
  fieldConfig: { defaults: { mappings: [upOrDown], thresholds: thresholds() }, overrides: [] },
  options: { mergeValues: true, showValue: "never", legend: legendBelow },
})

/** A row for each connection: what the queries gave, under their legends. */
const table = ({ queries, units = [] }: Panel) => ({
  type: "table",
  targets: queries.map(({ expr }, index) => ({
    datasource,
    refId: refId(index),
    expr,
    format: "table",
    instant: true,
  })),
  transformations: [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: { Time: true },
        renameByName: Object.fromEntries([
          ["connection", "Connection"],
          ...queries.map(({ legend }, index) => [`Value #${refId(index)}`, legend]),
        ]),
      },
    },
  ],
  fieldConfig: {
    defaults: { thresholds: thresholds() },
    overrides: queries.map(({ legend }, index) => ({
      matcher: { id: "byName", options: legend },
      properties: [
        { id: "unit", value: units[index] ?? "none" },
        ...(legend === "Up" || legend === "Token"
          ? [
              { id: "mappings", value: [upOrDown] },
              { id: "custom.cellOptions", value: { type: "color-text" } },
            ]
          : []),
      ],
    })),
  },
  options: { showHeader: true, sortBy: [{ displayName: "Up", desc: false }] },
})

const drawn = { stat, table, states, lines: overTime, stack: overTime } as const

/** A panel as Grafana reads it, of which only its place is looked at here. */
interface PlacedPanel {
  readonly id: number
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
}

/** The panels of all rows, each in its place, with the rows as headings. */
const placed = (rows: ReadonlyArray<Row>): ReadonlyArray<PlacedPanel> => {
  const all: Array<PlacedPanel> = []
  let top = 0
  const add = (panel: object, gridPos: PlacedPanel["gridPos"]) =>
    void all.push({ id: all.length + 1, ...panel, gridPos })
  for (const { title, panels } of rows) {
    add({ type: "row", title, collapsed: false, panels: [] }, { x: 0, y: top, w: columns, h: 1 })
    top += 1
    let left = 0
    let height = 0
    for (const panel of panels) {
      const { w, h } = sizes[panel.kind]
      if (left + w > columns) {
        top += height
        left = 0
        height = 0
      }
      const { title: name, description } = panel
      add({ title: name, description, datasource, ...drawn[panel.kind](panel) }, { x: left, y: top, w, h })
      left += w
      height = Math.max(height, h)
    }
    top += height
  }
  return all
}

/** A list of the values of a label, above the dashboard. */
const variable = (name: string, series: string, more: object = {}) => ({
  name,
  label: name.replace(/^./u, (letter) => letter.toUpperCase()),
  type: "query",
  datasource,
  query: { qryType: 1, query: `label_values(${series}, ${name})`, refId: "labels" },
  refresh: 2,
  sort: 1,
  ...more,
})

/** What Grafana reads. */
export const dashboard = (rows: ReadonlyArray<Row>) => ({
  uid: "rollcall",
  title: "Rollcall",
  description: "Rollcall's workers: their connections, syncs, calls, and the access that they end.",
  tags: ["rollcall"],
  editable: false,
  graphTooltip: 1,
  refresh: "1m",
  schemaVersion: 39,
  time: { from: "now-24h", to: "now" },
  timezone: "browser",
  templating: {
    list: [
      { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
      variable("namespace", "rollcall_build_info"),
      variable("job", `rollcall_build_info{namespace="$namespace"}`),
      variable("connection", `rollcall_connection_up{namespace="$namespace",job="$job"}`, {
        multi: true,
        includeAll: true,
        allValue: ".*",
        current: { text: "All", value: "$__all" },
      }),
    ],
  },
  panels: placed(rows),
})
