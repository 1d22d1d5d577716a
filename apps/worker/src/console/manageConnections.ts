// What the console may ask of the worker: to look at connections, to change them as `rollcall connections` does, and to add some.
import type { Connection } from "@rollcall/config"
import { storedSecret, storedSecretsOf } from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import type { Failure } from "@rollcall/connector"
import type { ConnectorModule, Finding } from "@rollcall/connector-module"
import type { ManagedConnections, Refused, WantedConnection } from "@rollcall/console"
import { diagnoseModule } from "@rollcall/host"
import type { Neighbour } from "@rollcall/host/connection-changes"
import {
  addConnection,
  asConnection,
  checkNewName,
  resolveConnection,
  rotateSecret,
  withStored,
} from "@rollcall/host/connection-changes"
import type { WorkerConfig } from "@rollcall/host/worker-fields"
import { SecretStore } from "@rollcall/secret-store"
import type { Redacted } from "effect"
import { Context, Effect } from "effect"
import type { ConnectionLogs } from "../connections/ConnectionLogs.ts"
import type { Administered } from "../connections/WorkerConsole.ts"
import type { Act } from "./auditActs.ts"
import { audited, auditFileOf } from "./auditActs.ts"
import type { ConsoleModule } from "./consoleModules.ts"
import { formFieldOf, formModuleOf, commonFields } from "./consoleModules.ts"
import { lastAudit, openLeasesOf, placeOfEntry, settingsOf } from "./describeConnection.ts"
import { prepare } from "./wantedConnection.ts"

/** How long looking at a connection may take before it is added. */
const patience = "60 seconds"

/** The connections of this worker, for the console. */
export const manageConnections = (
  { served, all, obey, stores, alone, peers }: Administered,
  modules: ReadonlyMap<string, ConsoleModule>,
  logs: ConnectionLogs["Service"],
): ManagedConnections["Service"] => {
  const { shared, inFile, taken } = served
  const connectionOf = (name: string) =>
    Effect.map(withStored(inFile()), ({ connections }) => connections.find((one) => one.name === name)).pipe(
      Effect.provideContext(stores),
    )
  const shownOf = (name: string) => Effect.map(all, (every) => every.find((one) => one.name === name))
  const neighbours = (): ReadonlyArray<Neighbour> => [...taken].map(([name, { places }]) => [name, { places }])
  const { unavailable } = Context.get(stores, SecretStore)

  const record = Effect.fnUntraced(function* (
    connection: Pick<Connection, "name" | "entries">,
    act: Pick<Act, "visitor" | "intent" | "target">,
    work: Effect.Effect<Refused | undefined>,
  ) {
    const { name, entries } = connection
    const { workspace } = (yield* shownOf(name)) ?? {}
    const connector = taken.get(name)?.connector ?? String(entries.get("connector")?.value ?? "unknown")
    return yield* audited(
      { ...act, connection: name, connector, workspace, file: auditFileOf(connection, shared) },
      work,
    )
  })
  const noConnection = (name: string): Refused => ({
    message: `There is no connection ${name.slice(0, 40)}.`,
    hint: "The list has all of them.",
  })

  return {
    all,
    form: {
      modules: [...modules.values()].map(formModuleOf),
      fields: [...commonFields.values()].map((field) => formFieldOf(field)),
      noSecrets: unavailable,
    },
    details: (name) =>
      Effect.gen(function* () {
        const [connection, shown] = [yield* connectionOf(name), yield* shownOf(name)]
        if (connection === undefined || shown === undefined) return undefined
        return {
          shown,
          from: placeOfEntry(connection),
          settings: settingsOf(connection),
          secrets: storedSecretsOf(connection),
          leases: yield* openLeasesOf(connection, shared, peers),
          audit: yield* lastAudit(auditFileOf(connection, shared)),
          lines: logs.of(name),
          isShared: peers !== undefined,
        }
      }).pipe(asRefusal),
    change: (visitor, name, act) =>
      Effect.gen(function* () {
        const connection = yield* connectionOf(name)
        if (connection === undefined) return noConnection(name)
        return yield* record(
          connection,
          { visitor, intent: `connection.${act}` },
          Effect.map(obey(name, act, ""), (answer) => ("refused" in answer ? answer.refused : undefined)),
        )
      }).pipe(asRefusal),
    check: (wanted) =>
      Effect.gen(function* () {
        const { stored, wrong } = yield* prepare(wanted, modules)
        const lacking =
          unavailable !== undefined && wanted.secrets.size > 0 ? { message: unavailable, hint: "" } : undefined
        if (lacking !== undefined) return lacking
        if (Object.keys(wrong).length > 0) return { wrong, findings: [] }
        const { module, config } = yield* resolveWanted(stored, wanted)
        return { wrong, findings: yield* findingsOf(module, config) }
      }).pipe(asRefusal),
    add: (visitor, wanted) =>
      Effect.gen(function* () {
        const { stored, wrong } = yield* prepare(wanted, modules)
        const [problem] = Object.entries(wrong)
        if (problem !== undefined) return { message: `${problem[0]} cannot be used. ${problem[1]}`, hint: "" }
        const { module, config } = yield* resolveWanted(stored, wanted)
        // Where the system cannot be asked now, the connection says so until it can.
        const findings = yield* Effect.orElseSucceed(findingsOf(module, config), () => [])
        if (findings.some(isRefused)) return { wrong, findings }
        const adding = addConnection(stored, inFile().connections, shared, neighbours(), wanted.secrets).pipe(
          Effect.andThen(served.takeUpAll),
          Effect.as(undefined),
          Effect.provideContext(stores),
          asRefusal,
        )
        const target = { module: wanted.module, secrets: [...wanted.secrets.keys()].join(" ") }
        return yield* record(asConnection(stored), { visitor, intent: "connection.add", target }, alone(adding))
      }).pipe(asRefusal),
    rotate: (visitor, name, setting, value) =>
      Effect.gen(function* () {
        const connection = yield* connectionOf(name)
        if (connection === undefined) return noConnection(name)
        const unfit = yield* whyUnfit(connection, setting, value)
        if (unfit !== undefined) return unfit
        const rotating = rotateSecret(name, setting, value).pipe(
          Effect.andThen(served.takeUpAll),
          Effect.as(undefined),
          Effect.provideContext(stores),
          asRefusal,
        )
        return yield* record(connection, { visitor, intent: "connection.rotate", target: { setting } }, alone(rotating))
      }).pipe(asRefusal),
  }

  /** What is found of a connection, as by `rollcall doctor`; fails where the system does not answer. */
  function findingsOf(...of: Parameters<typeof diagnosis>) {
    return Effect.map(diagnosis(...of), ({ findings }) => findings)
  }

  /** Why a secret cannot take the place of the one that is kept: the system does not take it, or it opens another workspace. */
  function whyUnfit(connection: Connection, setting: string, value: Redacted.Redacted) {
    return Effect.gen(function* () {
      const others = neighbours().filter(([name]) => name !== connection.name)
      const secrets = new Map([[setting, value]])
      const { module, config } = yield* Effect.provideContext(
        resolveConnection(connection, shared, others, secrets),
        stores,
      )
      const { findings, tenant } = yield* diagnosis(module, config)
      const failed = findings.find(({ check, state }) => [setting, "workspace"].includes(check) && state === "failed")
      if (failed !== undefined) return { message: `${failed.found}.`, hint: failed.hint ?? "" }
      const { workspace } = (yield* shownOf(connection.name)) ?? {}
      return tenant === undefined || workspace === undefined || tenant.id === workspace
        ? undefined
        : {
            message: `It opens ${tenant.displayName} (${tenant.id}), and ${connection.name} reads ${workspace}.`,
            hint: "Give a token of the same workspace, or add another connection.",
          }
    })
  }

  /** As it would be once it is added; it must have something to do. */
  function resolveWanted(stored: StoredConnection, { secrets }: WantedConnection) {
    const references = Object.fromEntries([...secrets.keys()].map((setting) => [setting, storedSecret]))
    const connection = asConnection({ ...stored, settings: { ...stored.settings, ...references } })
    // Of two with one name, all else that they share would be told first.
    return checkNewName(stored.name, inFile().connections).pipe(
      Effect.andThen(resolveConnection(connection, shared, neighbours(), secrets)),
      Effect.provideContext(stores),
      Effect.filterOrFail(
        ({ config: { settings } }) => settings.every !== undefined || settings["client-id"] !== undefined,
        () => nothingToDo,
      ),
    )
  }
}

/** What `rollcall doctor` would find. */
const diagnosis = (module: ConnectorModule, { settings }: Pick<WorkerConfig, "settings">) =>
  Effect.timeoutOrElse(diagnoseModule(module, settings), { duration: patience, orElse: () => Effect.fail(noAnswer) })

/** The system has answered, and what it says stands against the connection. */
const isRefused = ({ state, kind }: Finding): boolean =>
  state === "failed" && (kind === "refused" || kind === "configuration")

const nothingToDo: Refused = {
  message: "It has nothing to do: neither a schedule nor credentials of ConductorOne.",
  hint: "Give every, such as 6h, or client-id and client-secret.",
}

const noAnswer: Refused = {
  message: `The system has not answered for ${patience}.`,
  hint: "Check DNS and outgoing connections on port 443; behind a proxy, set HTTPS_PROXY for the worker.",
}

/** A failure as why it was not done. */
const asRefusal = <A, R>(work: Effect.Effect<A, Failure | Refused, R>): Effect.Effect<A | Refused, never, R> =>
  work.pipe(Effect.catch(({ message, hint }) => Effect.succeed({ message, hint })))
