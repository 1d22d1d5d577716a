// The form that puts another secret in the place of one that Rollcall keeps.
import { element, part } from "@rollcall/pages/browser"
import type { Shown } from "../pageData.ts"
import type { Doing } from "./doing.ts"
import { fieldOf } from "./formFields.ts"
import { goTo } from "./links.ts"

/** Its parts. */
export const rotateParts = (
  { name, secrets }: Extract<Shown, { readonly kind: "rotate" }>,
  doing: Doing,
): ReadonlyArray<HTMLElement> => {
  const form = element(
    "form",
    { class: "fields", "aria-label": `Another secret for ${name}` },
    element("input", { type: "hidden", name: "name", value: name }),
    fieldOf({ id: "setting", label: "Which", description: "The setting whose secret is replaced." }, (own) =>
      element("select", { ...own, name: "setting" }, ...secrets.map((one) => element("option", { value: one }, one))),
    ).node,
    fieldOf(
      {
        id: "secret",
        label: "The new secret",
        description: "It is checked before it takes the place of the one before.",
      },
      (own) =>
        element("input", {
          ...own,
          name: "secret",
          type: "password",
          required: "",
          autocomplete: "off",
          maxlength: "4000",
        }),
    ).node,
    element("div", { class: "controls" }, element("button", { type: "submit", class: "main" }, "Replace")),
  )
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const answer = await doing.run("rotate", new FormData(form))
    if (answer !== undefined && "done" in answer) goTo("connection", name)
  })
  return [part("rotate", `Another secret for ${name}`, form)]
}
