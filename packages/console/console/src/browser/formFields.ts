// Fields of forms: a label, what it is for, and what was found about it.
import { element } from "@rollcall/pages/browser"
import type { FormField } from "../pageData.ts"
import { settingPrefix } from "../pageData.ts"

/** A field in the page. */
export interface ShownField {
  readonly name: string
  readonly node: HTMLElement
  /** Says beside it what was found, and whether it is well; nothing without a text. */
  readonly tell: (texts: ReadonlyArray<readonly [text: string, tone: string]>) => void
}

/** The description, and what is found, are read out with the field. */
export const fieldOf = (
  { id, label, description }: { readonly id: string; readonly label: string; readonly description: string },
  made: (attributes: Readonly<Record<"id" | "aria-describedby", string>>) => HTMLElement,
  isChoice = false,
): ShownField => {
  const answer = element("div", { id: `${id}-answer`, class: "answer" })
  const hint = element("p", { id: `${id}-hint`, class: "soft" }, description)
  const input = made({ id, "aria-describedby": `${id}-hint ${id}-answer` })
  const named = element("label", { for: id }, label)
  const node = element(
    "div",
    { class: isChoice ? "field choice" : "field" },
    ...(isChoice ? [input, named] : [named, input]),
    hint,
    answer,
  )
  return {
    name: id,
    node,
    tell: (texts) => answer.replaceChildren(...texts.map(([text, tone]) => element("p", { class: tone }, text))),
  }
}

/** The field of a setting. */
export const settingField = (field: FormField): ShownField => {
  const { name, type, description, choices = [], isRequired = false } = field
  const id = `${settingPrefix}${name}`
  const common = { name: id, autocomplete: "off", spellcheck: "false", required: isRequired ? "" : undefined }
  const value = field.default
  const shown = { id, label: isRequired ? `${name} (required)` : name, description }
  if (type === "yes") {
    return {
      ...fieldOf(shown, (own) => element("input", { ...own, type: "checkbox", name: id, value: "true" }), true),
      name,
    }
  }
  const made = (own: Readonly<Record<"id" | "aria-describedby", string>>): HTMLElement => {
    if (type === "choice") {
      const options = choices.map((choice) =>
        element(
          "option",
          { value: choice, selected: choice === value ? "" : undefined },
          choice === "" ? "not set" : choice,
        ),
      )
      return element("select", { ...own, name: id }, ...options)
    }
    // Numbers are checked by the worker, which says what they must be.
    return element("input", {
      ...own,
      ...common,
      value,
      type: type === "secret" ? "password" : "text",
      maxlength: "4000",
    })
  }
  return { ...fieldOf(shown, made), name }
}
