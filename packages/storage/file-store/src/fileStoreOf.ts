// A store of published files by its address: a folder's path, `file:///…`, or `s3://bucket/prefix?region=…&endpoint=…`.
import { ConfigError } from "@rollcall/config"
import { Effect, Layer } from "effect"
import { fileURLToPath } from "node:url"
import type { FileStore } from "./FileStore.ts"
import { isName } from "./FileStore.ts"
import { folderFileStore } from "./folderFileStore.ts"
import type { S3Credentials, S3Place } from "./s3FileStore.ts"
import { s3FileStore } from "./s3FileStore.ts"

/** Where published files are kept. */
export type FilePlace = { readonly folder: string } | { readonly s3: S3Place }

/** What an address says, without using it. The address is not quoted: a secret may have been put into it. */
export const filePlaceOf = (address: string): Effect.Effect<FilePlace, ConfigError> =>
  Effect.suspend(() => {
    const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):/u.exec(address) ?? []
    if (address.trim() === "") return wrong("is empty", `Write ${forms}.`)
    if (scheme === undefined) return Effect.succeed({ folder: address })
    if (scheme.toLowerCase() === "file") return ofFileUrl(address)
    if (scheme.toLowerCase() === "s3") return ofS3Url(address)
    return wrong(`begins with ${scheme}:, which is not known`, `Write ${forms}.`)
  })

/**
 * The store at an address.
 * @param credentials For S3; without them, whatever AWS's own tools use.
 */
export const fileStoreOf = (address: string, credentials?: S3Credentials): Layer.Layer<FileStore, ConfigError> =>
  Layer.unwrap(
    Effect.map(filePlaceOf(address), (place) =>
      "folder" in place ? folderFileStore(place.folder) : s3FileStore(place.s3, credentials),
    ),
  )

const forms = "a folder's path, file:///path/of/it or s3://bucket/prefix?region=eu-central-1"

const wrong = (what: string, hint: string): Effect.Effect<never, ConfigError> =>
  Effect.fail(
    new ConfigError({ reason: "Invalid", message: `The address of the store of published files ${what}.`, hint }),
  )

const ofFileUrl = (address: string): Effect.Effect<FilePlace, ConfigError> => {
  const hint = "Write file:/// and the folder's absolute path, such as file:///var/lib/rollcall."
  if (!URL.canParse(address)) return wrong("is not a URL", hint)
  const url = new URL(address)
  if (url.host !== "" || url.search !== "" || url.hash !== "") return wrong("has more than a path", hint)
  return Effect.try({ try: () => ({ folder: fileURLToPath(url) }), catch: () => undefined }).pipe(
    Effect.catch(() => wrong("is not the URL of a file", hint)),
  )
}

const parameters: ReadonlyArray<string> = ["region", "endpoint", "allow-http"]

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u

const ofS3Url = (address: string): Effect.Effect<FilePlace, ConfigError> => {
  const hint = `Write it as s3://bucket/prefix, with ?region=… and &endpoint=… if they are needed.`
  if (!URL.canParse(address)) return wrong("is not a URL", hint)
  const { username, password, hostname, port, pathname, searchParams, hash } = new URL(address)
  if (username !== "" || password !== "") {
    return wrong("has a user or a password in it", "Give credentials by the environment or a role, and no secret here.")
  }
  if (port !== "" || hash !== "" || !bucketName.test(hostname)) return wrong("does not name a bucket", hint)
  const prefix = pathname.replace(/^\//u, "").replace(/\/$/u, "")
  if (prefix !== "" && !isName(prefix)) return wrong("has a prefix that is not made of plain names", hint)
  const unknown = [...searchParams.keys()].find((it) => !parameters.includes(it))
  if (unknown !== undefined) return wrong(`has a parameter that is not known`, `Known are ${parameters.join(", ")}.`)
  if (new Set(searchParams.keys()).size !== [...searchParams.keys()].length) return wrong("has a parameter twice", hint)
  const region = searchParams.get("region") ?? undefined
  if (region !== undefined && !/^[a-z0-9-]{1,40}$/u.test(region)) return wrong("has a region that is not one", hint)
  const endpoint = searchParams.get("endpoint") ?? undefined
  const problem =
    endpoint === undefined ? undefined : endpointProblem(endpoint, searchParams.get("allow-http") === "true")
  if (problem !== undefined) return wrong(...problem)
  return Effect.succeed({ s3: { bucket: hostname, prefix, region, endpoint } })
}

const endpointProblem = (
  endpoint: string,
  isHttpAllowed: boolean,
): readonly [what: string, hint: string] | undefined => {
  const hint = "Write the endpoint as https://host or https://host:port."
  if (!URL.canParse(endpoint)) return ["has an endpoint that is not a URL", hint]
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(endpoint)
  const isBare = [username, password, search, hash].every((it) => it === "") && pathname === "/"
  if (!isBare || !["http:", "https:"].includes(protocol))
    return ["has an endpoint with more than a host and a port", hint]
  const isHere = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname)
  if (protocol === "https:" || isHere || isHttpAllowed) return undefined
  return [
    "has an endpoint without encryption, on which others can read and change files",
    "Use https://, or add &allow-http=true if the network is yours alone.",
  ]
}
