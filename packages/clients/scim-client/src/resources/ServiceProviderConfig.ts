// What a server says it can do. Source: https://datatracker.ietf.org/doc/html/rfc7643#section-5
import { Count, readable } from "@rollcall/api-client"
import { Schema } from "effect"
import { Part } from "./fields.ts"

const supported = Schema.optionalKey(readable(Schema.Boolean))

/** What a server says it can do. Slack says `filter.supported: false` on v2 and takes filters all the same. */
export const ServiceProviderConfig = Schema.Struct({
  patch: Part({ supported }),
  bulk: Part({ supported, maxOperations: Count, maxPayloadSize: Count }),
  filter: Part({ supported, maxResults: Count }),
  changePassword: Part({ supported }),
  sort: Part({ supported }),
  etag: Part({ supported }),
})
export type ServiceProviderConfig = typeof ServiceProviderConfig.Type
