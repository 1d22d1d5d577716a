// What is left of the governed system's rate limit, as C1 is told of it: an annotation of a response, or a detail of a
// status.
import { create } from "@bufbuild/protobuf"
import { type Any, anyPack, timestampFromMs } from "@bufbuild/protobuf/wkt"
import { RateLimitDescription_Status, RateLimitDescriptionSchema } from "../generated/c1/connector/v2/rate_limit_pb.ts"

/** A rate limit as far as the system told it. */
export interface RateLimit {
  readonly state: "ok" | "overLimit"
  /** How many calls it allows, and how many of them are left. */
  readonly limit?: number
  readonly remaining?: number
  /** When calls are allowed again: milliseconds since 1970. */
  readonly resetAt?: number
}

const states = { ok: RateLimitDescription_Status.OK, overLimit: RateLimitDescription_Status.OVERLIMIT }

/** The limit as a RateLimitDescription. */
export const rateLimitDescription = ({ state, limit = 0, remaining = 0, resetAt }: RateLimit): Any =>
  anyPack(
    RateLimitDescriptionSchema,
    create(RateLimitDescriptionSchema, {
      status: states[state],
      limit: BigInt(limit),
      remaining: BigInt(remaining),
      ...(resetAt === undefined ? {} : { resetAt: timestampFromMs(resetAt) }),
    }),
  )
