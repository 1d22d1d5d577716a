// Gives the reader a file, made in the page: nothing is sent anywhere.
import { element } from "@rollcall/pages/browser"

/** Lets the browser save the value as JSON under the name. */
export const saveFile = (name: string, value: unknown): void => {
  const address = URL.createObjectURL(new Blob([`${JSON.stringify(value)}\n`], { type: "application/json" }))
  const link = element("a")
  link.download = name
  // oxlint-disable-next-line no-restricted-properties -- The browser made it, for what the page itself holds; no data is in it.
  link.href = address
  link.click()
  // A browser may read it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
