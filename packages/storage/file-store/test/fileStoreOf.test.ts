// Addresses of stores, and what is wrong with them.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { filePlaceOf } from "../src/fileStoreOf.ts"

describe("the address of a store of published files", () => {
  for (const [address, folder] of [
    ["/var/lib/rollcall", "/var/lib/rollcall"],
    ["published", "published"],
    ["./a:b", "./a:b"],
    ["file:///var/lib/roll%20call", "/var/lib/roll call"],
  ] as const) {
    it.effect(`can be a folder: ${address}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* filePlaceOf(address), { folder })
      }),
    )
  }

  for (const [address, bucket, prefix, region, endpoint] of [
    ["s3://published", "published", "", undefined, undefined],
    ["s3://published/team/a/?region=eu-central-1", "published", "team/a", "eu-central-1", undefined],
    [
      "s3://b.c-d/x?endpoint=https://storage.example.com:9000",
      "b.c-d",
      "x",
      undefined,
      "https://storage.example.com:9000",
    ],
    ["s3://published?endpoint=http%3A%2F%2F127.0.0.1%3A9000", "published", "", undefined, "http://127.0.0.1:9000"],
    ["s3://published?endpoint=http://minio:9000&allow-http=true", "published", "", undefined, "http://minio:9000"],
  ] as const) {
    it.effect(`can be in S3: ${address}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* filePlaceOf(address), { s3: { bucket, prefix, region, endpoint } })
      }),
    )
  }

  for (const [address, says] of [
    [" ", "is empty"],
    ["gs://bucket", "begins with gs:, which is not known"],
    ["file://host/path", "has more than a path"],
    ["file:///path?a=b", "has more than a path"],
    ["file:///a%2Fb", "is not the URL of a file"],
    ["s3:///prefix", "does not name a bucket"],
    ["s3://Bucket_1/prefix", "does not name a bucket"],
    ["s3://AKIA:secret@bucket", "has a user or a password in it"],
    ["s3://bucket/a//b", "has a prefix that is not made of plain names"],
    ["s3://bucket/.hidden", "has a prefix that is not made of plain names"],
    ["s3://bucket?secret=hunter2", "has a parameter that is not known"],
    ["s3://bucket?region=a&region=b", "has a parameter twice"],
    ["s3://bucket?region=a/b", "has a region that is not one"],
    ["s3://bucket?endpoint=storage", "has an endpoint that is not a URL"],
    ["s3://bucket?endpoint=https://user:secret@host", "has an endpoint with more than a host and a port"],
    ["s3://bucket?endpoint=https://host/path", "has an endpoint with more than a host and a port"],
    ["s3://bucket?endpoint=ftp://host", "has an endpoint with more than a host and a port"],
    [
      "s3://bucket?endpoint=http://minio:9000",
      "has an endpoint without encryption, on which others can read and change files",
    ],
  ] as const) {
    it.effect(`is refused, and not quoted, when it ${says}: ${address}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(filePlaceOf(address))
        assert.deepStrictEqual([error.reason, error.kind], ["Invalid", "configuration"])
        assert.strictEqual(error.message, `The address of the store of published files ${says}.`)
        assert.isNotEmpty(error.hint)
      }),
    )
  }
})
