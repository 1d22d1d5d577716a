// From what S3 answers, or from why it does not, to a StoreError that says what to do. Only codes and statuses are quoted: S3's own messages
// repeat keys and signatures. Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import { exchangeFacts, networkReason, ProxyError } from "@rollcall/api-client"
import { StoreError, systemCodeOf, storeReasonOf } from "@rollcall/connector"
import { localFailure } from "./failures.ts"
import type { S3Place } from "./s3FileStore.ts"

/** The HTTP status of an answer of S3's that AWS's client fails with. */
export const statusOf = (cause: unknown): number | undefined => {
  if (typeof cause !== "object" || cause === null || !("$metadata" in cause)) return undefined
  const metadata: unknown = cause.$metadata
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined
}

/** S3's name of what is wrong, such as `AccessDenied`. */
export const codeOf = (cause: unknown): string => {
  const name = cause instanceof Error ? cause.name : ""
  return /^[A-Za-z0-9.]{1,60}$/u.test(name) ? name : "unknown"
}

type Sentence = readonly [reason: StoreError["reason"], why: string, hint: string]

const rights = "Allow these credentials s3:PutObject, s3:GetObject, s3:DeleteObject and s3:ListBucket there."
const wrongKey: Sentence = ["NoPermission", "the access key is not valid", "Check the access key and its secret."]
const oldToken: Sentence = ["NoPermission", "the credentials have expired", "Give new ones, or let a role give them."]
const wrongRegion: Sentence = [
  "NoPermission",
  "the bucket is in another region",
  "Name the region of the bucket in the address: s3://bucket/prefix?region=eu-central-1.",
]
const wait = "It is tried again; if it keeps failing, ask who runs the storage."
const busy: Sentence = ["Unreachable", "the storage asks to be called later", wait]

const byCode: Readonly<Record<string, Sentence>> = {
  AccessDenied: ["NoPermission", "access is denied", rights],
  AllAccessDisabled: ["NoPermission", "access is denied", rights],
  InvalidAccessKeyId: wrongKey,
  SignatureDoesNotMatch: wrongKey,
  ExpiredToken: oldToken,
  InvalidToken: oldToken,
  RequestTimeTooSkewed: ["NoPermission", "the clock of this machine is wrong", "Set the clock."],
  CredentialsProviderError: [
    "NoPermission",
    "no credentials were found",
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the pod or the machine a role.",
  ],
  InvalidIdentityToken: [
    "NoPermission",
    "the role of this pod is not given to it",
    "Check the trust policy of the role.",
  ],
  NoSuchBucket: ["NoPermission", "the bucket does not exist", "Create the bucket, or name another one."],
  InvalidBucketName: ["NoPermission", "the bucket's name is not valid", "Name another bucket."],
  PermanentRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  // Another writer is at the same name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  ConditionalRequestConflict: ["Unreachable", "another writer was at the same name", wait],
  OperationAborted: ["Unreachable", "another change of the same kind was under way", wait],
  RequestTimeout: ["Unreachable", "the content came too slowly", wait],
  SlowDown: busy,
  BadDigest: ["Unreachable", "the content was damaged on the way", wait],
  XAmzContentSHA256Mismatch: ["Unreachable", "the content was damaged on the way", wait],
  EntityTooLarge: ["CannotWrite", "the file is too large for it", "Sync less into one file, or use other storage."],
  QuotaExceeded: ["DiskFull", "the storage is full", "Free some space there; nothing was published."],
  NotImplemented: ["NoPermission", "the storage does not know this call", "Use storage with conditional writes."],
}

const byStatus = (status: number): Sentence => {
  if (status === 301 || status === 307) return wrongRegion
  if (status === 401 || status === 403) return byCode["AccessDenied"] ?? wrongKey
  if (status === 507) return byCode["QuotaExceeded"] ?? busy
  if (status === 408 || status === 429) return busy
  if (status >= 500) return ["Unreachable", "the storage failed", wait]
  return ["CannotWrite", "the storage answered what it should not", "Check the address of the storage."]
}

/** Why a call about a name failed, or work on a local file for it. */
export const s3Failure = (place: S3Place, name: string, cause: unknown, local?: string): StoreError => {
  if (cause instanceof StoreError) return cause
  const failed = (reason: StoreError["reason"], why: string, hint: string): StoreError =>
    new StoreError({
      reason,
      message: `The published file ${name} in the bucket ${place.bucket} cannot be used: ${why}.`,
      hint,
    })
  const status = statusOf(cause)
  const code = codeOf(cause)
  const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined
  if (known !== undefined || status !== undefined) {
    const [reason, why, hint] = known ?? byStatus(status ?? 0)
    return failed(reason, `${why} (${[...(status === undefined ? [] : [`HTTP ${status}`]), code].join(" ")})`, hint)
  }
  // AWS's client gives this name to closed connections too, which have a code of the system's.
  if (code === "TimeoutError" && systemCodeOf(cause) === "")
    return failed("Unreachable", "the storage did not answer in time", wait)
  if (/region is missing/iu.test(cause instanceof Error ? cause.message : "")) {
    return failed("NoPermission", "no region is given", wrongRegion[2])
  }
  const isOfCall = typeof cause === "object" && cause !== null && "syscall" in cause && cause.syscall === "connect"
  if (local !== undefined && !isOfCall && storeReasonOf(cause) !== "CannotWrite") return localFailure(local, cause)
  const reason = networkReason(cause, place.endpoint === undefined ? "S3" : new URL(place.endpoint).host)
  const isMistake = cause instanceof ProxyError || reason.problem === "tls"
  if (systemCodeOf(cause) === "" && !isMistake) return failed("CannotWrite", "the call failed", "Report this as a bug.")
  const says = exchangeFacts.Network.says(reason)
  return failed(isMistake ? "NoPermission" : "Unreachable", `a call ${says}`, exchangeFacts.Network.hint(reason))
}

/** Whether the same call may succeed later. */
export const isPassing = ({ reason }: StoreError): boolean => reason === "Unreachable"

/** What was read is not what was stored. */
export const damaged = (name: string, bucket: string): StoreError =>
  new StoreError({
    reason: "Unreadable",
    message: `The published file ${name} in the bucket ${bucket} is damaged: its SHA-256 is not that of the file that was stored.`,
    hint: "Fetch it again; if it is the same, publish the file again under another name.",
  })

/** Storage that takes no notice of the condition by which a name is used once. */
export const overwrites = ({ bucket }: S3Place): StoreError =>
  new StoreError({
    reason: "NoPermission",
    message: `Files cannot be published in the bucket ${bucket}: its storage overwrites an object despite If-None-Match, so two workers could use one name.`,
    hint: "Use storage with conditional writes, such as Amazon S3, or a newer version of this one.",
  })

/** A file that one upload does not take. */
export const tooLarge = (path: string): StoreError =>
  new StoreError({
    reason: "CannotWrite",
    path,
    message: `The file ${path} is larger than 5 GiB, which is the most that S3 takes in one upload.`,
    hint: "Publish it in a folder, or let the sync cover less.",
  })
