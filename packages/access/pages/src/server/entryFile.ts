// How the secret reaches a browser. Every user of a machine can read the arguments of all programs, so what starts the browser is
// given the path of a file, which only this user can read and which leads on.
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { StoreError, storeReasonOf } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Schema, Stream } from "effect"
import { htmlPage } from "../htmlPage.ts"
import { secretMillis } from "./Entry.ts"

/** There is nothing that opens a browser, or it failed. */
export class CannotOpen extends Schema.TaggedError<CannotOpen>()("CannotOpen", { message: Schema.String }) {}

// The first address is answered with a cookie and no page (204): the browser stays here, and no page with that address gets into its
// history. A second is what that takes on a busy machine; a file is not told when it is done.
const script = `const { first, second } = JSON.parse(document.querySelector("#data").textContent)
document.body.append("Opening Rollcall\u2026")
location.replace(first)
setTimeout(() => location.replace(second), 1000)`

/** Writes the file into a folder of its own, which is gone with the scope, or as soon as the secret is no longer taken. Gives its path. */
export const entryFile = (
  addresses: { readonly first: string; readonly second: string },
  parent: string = placeForBrowser(),
): Effect.Effect<string, StoreError, Scope.Scope> =>
  Effect.gen(function* () {
    const page = yield* Stream.runCollect(htmlPage({ title: "Rollcall", script, data: addresses }))
    // mkdtemp makes it with mode 0700.
    const folder = yield* Effect.acquireRelease(
      writing(parent, () => mkdtempSync(join(parent, "rollcall-open-"))),
      remove,
    )
    yield* Effect.forkScoped(Effect.andThen(Effect.sleep(secretMillis), remove(folder)))
    const path = join(folder, "open.html")
    yield* writing(parent, () => writeFileSync(path, page.join(""), { mode: 0o600, flag: "wx" }))
    return path
  })

const remove = (folder: string): Effect.Effect<void> =>
  Effect.sync(() => rmSync(folder, { recursive: true, force: true }))

const writing = <A>(parent: string, write: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: write,
    catch: (cause) =>
      new StoreError({
        reason: storeReasonOf(cause),
        message: `The file that opens the browser cannot be written in ${parent}.`,
        hint: "Free some space there, or use --no-open.",
        cause,
      }),
  })

/** Browsers that are installed as snaps, as on Ubuntu, see another /tmp and no hidden folders. */
const placeForBrowser = (): string => (process.platform === "linux" && existsSync("/snap/bin") ? homedir() : tmpdir())

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...args: ReadonlyArray<string>]>>> =
  {
    darwin: ["open"],
    win32: ["rundll32", "url.dll,FileProtocolHandler"],
  }

/** Has the machine open a file in the browser that its user chose. */
export const openInBrowser = (path: string): Effect.Effect<void, CannotOpen> => {
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"]
  const opening = Effect.callback<void, CannotOpen>((resume) => {
    const child = spawn(command, [...args, path], { stdio: "ignore", detached: true })
    const fail = (problem: string) => resume(Effect.fail(new CannotOpen({ message: `${command} ${problem}` })))
    child.once("error", () => fail("is not there"))
    child.once("exit", (code) => (code === 0 ? resume(Effect.void) : fail(`ended with ${code}`)))
    child.unref()
  })
  // Some openers stay for as long as the browser does.
  return Effect.asVoid(Effect.timeoutOption(opening, "3 seconds"))
}
