// The folder that a simulated C1 writes: the certificate to trust, what it captured, and uploaded assets.
import { Effect, type Scope } from "effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { SimulatorError } from "./SimulatorError.ts"

/** Where everything is in it. */
export interface Folder {
  readonly caFile: string
  readonly capturedFile: string
  readonly assetsFolder: string
}

/** The folder that was asked for, made where it is missing; or a temporary one, which goes with the scope. */
export const makeFolder = (asked: string | undefined, ca: string): Effect.Effect<Folder, SimulatorError, Scope.Scope> =>
  Effect.gen(function* () {
    const folder =
      asked === undefined
        ? yield* Effect.acquireRelease(
            writing("a temporary folder", () => mkdtempSync(join(tmpdir(), "c1-simulator-"))),
            (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
          )
        : resolve(asked)
    const assetsFolder = join(folder, "assets")
    const caFile = join(folder, "ca.pem")
    const capturedFile = join(folder, "captured.ndjson")
    yield* writing(folder, () => {
      mkdirSync(assetsFolder, { recursive: true, mode: 0o700 })
      writeFileSync(caFile, ca)
      writeFileSync(capturedFile, "")
    })
    return { caFile, capturedFile, assetsFolder }
  })

const writing = <A>(what: string, write: () => A): Effect.Effect<A, SimulatorError> =>
  Effect.try({
    try: write,
    catch: (cause) =>
      new SimulatorError({
        reason: "CannotWrite",
        message: `The simulator cannot write ${what}: ${cause instanceof Error ? cause.message : String(cause)}.`,
        hint: "Choose a folder that can be written.",
        cause,
      }),
  })
