// The form by which a connection is added: its connector, its settings, and what is found when it is checked.
import { button, element, facts, part } from "@rollcall/pages/browser"
import type { CheckAnswer, FormModule, Shown } from "../pageData.ts"
import type { Doing } from "./doing.ts"
import type { ShownField } from "./formFields.ts"
import { fieldOf, settingField } from "./formFields.ts"
import { goTo } from "./links.ts"

const tones = { ok: "good", note: "", missing: "warn", failed: "bad" } as const
const marks = { ok: "✓", note: "i", missing: "-", failed: "✗" } as const

/** Its parts. */
export const addParts = (
  { modules, fields: common, noSecrets }: Extract<Shown, { readonly kind: "add" }>,
  doing: Doing,
): ReadonlyArray<HTMLElement> => {
  const withoutSecrets = <F extends { readonly type: string }>(all: ReadonlyArray<F>) =>
    noSecrets === undefined ? all : all.filter(({ type }) => type !== "secret")
  let ofModule: ReadonlyArray<ShownField> = []
  const ofAll = withoutSecrets(common).map(settingField)
  const settings = element("div", {})
  const drawModule = (module: FormModule | undefined): void => {
    ofModule = withoutSecrets(module?.fields ?? []).map(settingField)
    const fixed = module?.fixed ?? []
    settings.replaceChildren(
      ...ofModule.map(({ node }) => node),
      ...(fixed.length === 0 ? [] : [element("p", { class: "soft" }, "Given by the worker:"), facts(fixed)]),
    )
  }
  const chooser = element(
    "select",
    { id: "module", name: "module" },
    ...modules.map(({ id, displayName }) => element("option", { value: id }, displayName)),
  )
  chooser.addEventListener("change", () => {
    drawModule(modules.find(({ id }) => id === chooser.value))
    found.replaceChildren()
  })
  drawModule(modules[0])

  const found = element("div", { id: "found" })
  const tell = (answer: CheckAnswer, so = ""): void => {
    const shown = [...ofModule, ...ofAll]
    const isOf = (field: ShownField, check: string) => check === field.name || check === `expiry of ${field.name}`
    for (const field of shown) {
      const wrong = answer.wrong[field.name]
      field.tell([
        ...(wrong === undefined ? [] : [[wrong, "bad"] as const]),
        ...answer.findings.filter(({ check }) => isOf(field, check)).map(lineOf),
      ])
    }
    const others = answer.findings.filter(({ check }) => !shown.some((field) => isOf(field, check)))
    const all = others.map(({ check, ...one }): readonly [string, HTMLElement] => {
      const [text, tone] = lineOf({ check, ...one })
      return [check, element("span", { class: tone }, text)]
    })
    found.replaceChildren(...(all.length === 0 ? [] : [facts(all)]))
    doing.say(`${summaryOf(answer)}${so}`)
  }

  const form = element(
    "form",
    { class: "fields", "aria-label": "A new connection" },
    fieldOf(
      { id: "name", label: "Name (required)", description: "Lower-case letters, digits and hyphens, at most 40." },
      (own) =>
        element("input", {
          ...own,
          name: "name",
          required: "",
          maxlength: "40",
          autocomplete: "off",
          spellcheck: "false",
        }),
    ).node,
    element("div", { class: "field" }, element("label", { for: "module" }, "Connector"), chooser),
    noSecrets === undefined ? undefined : element("p", { class: "notice" }, noSecrets),
    settings,
    element("h3", {}, "When it syncs"),
    element("p", { class: "soft" }, "By a schedule, or for ConductorOne."),
    ...ofAll.map(({ node }) => node),
    fieldOf(
      { id: "labels", label: "Labels", description: "For people, one on each line, such as team=Sales." },
      (own) => element("textarea", { ...own, name: "labels", rows: "2", maxlength: "2000" }),
    ).node,
    element(
      "div",
      { class: "controls" },
      button("Check", async () => {
        if (!form.reportValidity()) return
        doing.say("It is being checked…")
        const answer = await doing.run("check", new FormData(form))
        if (answer !== undefined && "checked" in answer) tell(answer.checked)
      }),
      element("button", { type: "submit", class: "main" }, "Save"),
    ),
    found,
  )
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const fields = new FormData(form)
    const name = fields.get("name")
    doing.say("It is being checked…")
    const answer = await doing.run("add", fields)
    if (answer !== undefined && "checked" in answer) tell(answer.checked, " It was not added.")
    if (answer !== undefined && "done" in answer && typeof name === "string") goTo("connection", name)
  })
  return [part("new", "A new connection", form)]
}

/** A finding as a line, and its colour. */
const lineOf = ({ state, found, hint = "" }: CheckAnswer["findings"][number]): readonly [string, string] => [
  `${marks[state]} ${found}${hint === "" ? "" : `. ${hint}`}`,
  tones[state],
]

const summaryOf = ({ wrong, findings }: CheckAnswer): string => {
  const problems = Object.keys(wrong).length + findings.filter(({ state }) => state === "failed").length
  if (problems > 0) return `${problems} ${problems === 1 ? "problem was" : "problems were"} found.`
  const missing = findings.filter(({ state }) => state === "missing").length
  if (missing === 0) return "It can be read, and nothing is missing."
  return `It can be read; ${missing} ${missing === 1 ? "thing" : "things"} will be missing.`
}
