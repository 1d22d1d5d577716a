// Looks at the place where a sync will write: can it, is someone else at it, and what is there already. It changes
// nothing there, so it does not open the store, which tidies up before a sync.
import type { SyncInfo } from "@rollcall/c1z"
import { C1zFile, checkReplaceable, inspectWork } from "@rollcall/c1z"
import type { Tenant } from "@rollcall/connector"
import { isOfTenant, namesOf } from "@rollcall/connector"
import type { Settings } from "@rollcall/config"
import { Effect, Result, Stream } from "effect"
import { accessSync, constants, existsSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import type { Finding } from "@rollcall/connector-module"
import type { storeFields } from "@rollcall/host"
import { workspaceOf } from "@rollcall/access"

/** Whose data a sync would read, as far as that is known, and the resource type that tells it of files of other programs. */
interface WhatIsRead {
  readonly tenant: Tenant | undefined
  readonly tenantType: string | undefined
}

/** The findings about the output file and its folder. */
export const inspectOutput = Effect.fn("Doctor.output")(function* (
  settings: Settings<typeof storeFields>,
  reads: WhatIsRead,
): Effect.fn.Return<ReadonlyArray<Finding>> {
  const { file } = settings
  const temp = settings["c1z-temp-dir"]
  if (isSomethingElse(file)) {
    return [unwritable(`${file} is not a file: it is a directory or a device`, "Name a file, such as sync.c1z.")]
  }
  const closed = [dirname(resolve(file)), ...(temp === undefined ? [] : [resolve(temp)])].find((it) => !isWritable(it))
  if (closed !== undefined) {
    return [
      unwritable(
        `the folder ${closed} ${existsSync(closed) ? "cannot be written" : "does not exist"}`,
        "Create it or allow this user to write there, or choose another path.",
      ),
    ]
  }
  return [yield* inspectFolder(file), yield* inspectFile(file, temp, reads)]
})

const unwritable = (found: string, hint: string): Finding => ({
  check: "folder",
  state: "failed",
  found,
  hint,
  kind: "configuration",
})

const isSomethingElse = (file: string): boolean => {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === false
  } catch {
    // A folder on the way cannot be entered, which is said of the folder.
    return false
  }
}

const isWritable = (folder: string): boolean => {
  try {
    // The slash makes the system itself refuse what is not a folder.
    accessSync(`${folder}/`, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What lies beside the file: the work of a sync that is running, or of one that was stopped. */
const inspectFolder = Effect.fnUntraced(function* (file: string): Effect.fn.Return<Finding> {
  const looked = yield* Effect.result(inspectWork(file))
  if (Result.isFailure(looked)) return unwritable(looked.failure.message, looked.failure.hint)
  const { path, state } = looked.success
  switch (state) {
    case "nothing":
      return { check: "folder", state: "ok", found: "writable, and no other sync is running" }
    case "left":
      return { check: "folder", state: "ok", found: "writable; a stopped sync is next to the file and can be resumed" }
    case "busy":
      return {
        check: "folder",
        state: "note",
        found: `another sync is writing ${file}`,
        hint: "Wait until it has ended, or stop it, then run again; or name another output.",
      }
    case "foreign":
      return unwritable(
        `${path} is not a work file of Rollcall, but a sync of this output needs that name`,
        "Move it away, or name another output with -f.",
      )
  }
})

const inspectFile = Effect.fnUntraced(function* (
  file: string,
  tempDirectory: string | undefined,
  { tenant, tenantType }: WhatIsRead,
): Effect.fn.Return<Finding> {
  if (!existsSync(file)) return { check: "file", state: "ok", found: `${file} does not exist yet and will be created` }
  const looked = yield* C1zFile.open(file, { tempDirectory }).pipe(
    Effect.flatMap((open) =>
      Effect.gen(function* () {
        const syncs = yield* Stream.runCollect(open.syncs)
        return { syncs, last: yield* lastShown(open, syncs, tenantType) }
      }),
    ),
    Effect.tap(() => checkReplaceable(file)),
    Effect.scoped,
    Effect.result,
  )
  if (Result.isFailure(looked)) {
    const { message, hint, kind } = looked.failure
    return { check: "file", state: "failed", found: message, hint, kind }
  }
  const { syncs, last } = looked.success
  const workspaces = new Set(syncs.filter((sync) => sync.source !== undefined).map(workspaceOf))
  const whose = workspaces.size === 0 ? "" : ` of ${[...workspaces].join(", ")}`
  const found = `${file} holds ${syncs.length} ${syncs.length === 1 ? "sync" : "syncs"}${whose}`
  if (tenant === undefined || last === undefined || isOfTenant(last, tenant))
    return { check: "file", state: "ok", found }
  return {
    check: "file",
    state: "failed",
    found: `${file} holds ${namesOf(last)}, and a sync would read ${namesOf({ tenants: [tenant] })}`,
    hint: "Name another output, or replace this file: sync with --replace-workspace.",
    kind: "configuration",
  }
})

/** An organisation has some hundreds of workspaces. */
const mostShown = 1000

/** Whose data the last finished sync holds that shows it: what it says itself, or the tenants among its resources. */
const lastShown = Effect.fnUntraced(function* (
  file: C1zFile,
  syncs: ReadonlyArray<SyncInfo>,
  tenantType: string | undefined,
) {
  for (const { id, endedAt, source } of syncs.toReversed()) {
    if (endedAt === undefined) continue
    if (source !== undefined) return { connector: source.connector, tenants: [source.tenant] }
    if (tenantType === undefined) continue
    const shown = (yield* file.sync(id)).resources({ resourceType: tenantType })
    const tenants = yield* Stream.runCollect(Stream.take(shown, mostShown))
    if (tenants.length > 0) {
      return {
        tenants: tenants.map(({ resource }) => ({
          id: resource.id?.resource ?? "",
          displayName: resource.displayName,
        })),
      }
    }
  }
  return undefined
})
