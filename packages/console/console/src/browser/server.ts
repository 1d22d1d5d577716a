// What the script asks the server: its data again, and acts. Whatever goes wrong becomes a sentence.
import type { Act, ActAnswer, ConsolePage, dataPaths } from "../pageData.ts"
import { acts, signOutPath } from "../pageData.ts"

/** The data of a page as it is now; a sentence where there is none. */
export const fetchPage = async (from: (typeof dataPaths)[keyof typeof dataPaths]): Promise<ConsolePage | string> => {
  try {
    const response = await fetch(`${from}${location.search}`, { redirect: "manual" })
    if (response.ok) return await response.json()
    return response.type === "opaqueredirect" ? signedOut : await response.text()
  } catch {
    return "The worker does not answer. What is shown is how it was."
  }
}

const post = (path: string, form: URLSearchParams): Promise<Response> =>
  fetch(path, { method: "POST", body: form, redirect: "manual" })

/** Has something done. */
export const send = async (act: Act, fields: FormData, csrfToken: string): Promise<ActAnswer> => {
  const form = new URLSearchParams()
  for (const [name, value] of fields) if (typeof value === "string") form.append(name, value)
  form.set("csrf", csrfToken)
  try {
    const response = await post(acts[act], form)
    if (response.ok) return await response.json()
    return refusedBecause(response.type === "opaqueredirect" ? signedOut : await response.text())
  } catch {
    return refusedBecause("The worker does not answer, so it is not known whether this was done. Load the page again.")
  }
}

/** Signs out, and loads the page again, which then asks to sign in. */
export const signOut = async (csrfToken: string): Promise<void> => {
  await post(signOutPath, new URLSearchParams({ csrf: csrfToken }))
  location.reload()
}

const signedOut = "You are not signed in any more. Load the page again."

const refusedBecause = (message: string): ActAnswer => ({ refused: { message, hint: "" } })
