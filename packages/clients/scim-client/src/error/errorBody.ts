// The code in the body of a failure. Slack's v1 writes `{"Errors":{"description":"code","code":401}}`, and so does its v2
// where authentication fails; v2 otherwise writes RFC 7644's error with the code as `detail`; SCIM 1.1 has a list of
// errors, and RFC 7644 a `scimType` next to a `detail` for people. All are read from any server.
// Sources: https://docs.slack.dev/reference/scim-api, https://datatracker.ietf.org/doc/html/rfc7644#section-3.12
import { errorCodeOf, Text } from "@rollcall/api-client"
import { Result, Schema } from "effect"

const V1Error = Schema.Struct({ description: Text })
const V1Body = Schema.Struct({ Errors: Schema.Union([V1Error, Schema.Array(V1Error)]) })
// Without one of the two it is some other JSON, of a proxy perhaps.
const V2Body = Schema.Union([
  Schema.Struct({ detail: Schema.String, scimType: Text }),
  Schema.Struct({ detail: Text, scimType: Schema.String }),
  Schema.Struct({ schemas: Schema.Array(Schema.String), detail: Text, scimType: Text }),
])

const readV1 = Schema.decodeUnknownResult(V1Body)
const readV2 = Schema.decodeUnknownResult(V2Body)

/** An error in SCIM's words, with the server's code where it gave one. */
export interface ErrorBody {
  readonly code?: string
}

/** What JSON says of a failure, by the codes that the server is known to have; `undefined` where it is no error of SCIM's. */
export const errorBodyOf = (json: unknown, codes: Readonly<Record<string, unknown>>): ErrorBody | undefined => {
  const isKnown = (word: string) => Object.hasOwn(codes, word)
  const v1 = readV1(json)
  if (Result.isSuccess(v1)) {
    const { Errors: errors } = v1.success
    return coded(isKnown, ("description" in errors ? errors : [errors].flat()[0])?.description)
  }
  const v2 = readV2(json)
  return Result.isSuccess(v2) ? coded(isKnown, v2.success.scimType, v2.success.detail) : undefined
}

/** Of several words the first that is a known code, else the first that looks like one. */
const coded = (isKnown: (word: string) => boolean, ...texts: ReadonlyArray<string | null | undefined>): ErrorBody => {
  const found = texts.flatMap((text) => (typeof text === "string" ? (errorCodeOf(text, isKnown) ?? []) : []))
  const code = found.find(isKnown) ?? found[0]
  return code === undefined ? {} : { code }
}
