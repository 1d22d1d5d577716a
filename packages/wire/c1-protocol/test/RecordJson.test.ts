import { create, toBinary } from "@bufbuild/protobuf"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { RecordKind } from "../src/index.ts"
import {
  decodeRecord,
  encodeGrant,
  encodeGrantHead,
  encodeResource,
  JsonBytes,
  MalformedMessage,
  RecordJson,
  recordSchemas,
  recordToJson,
  scanGrant,
} from "../src/index.ts"
import { bytesOf } from "./expecting.ts"
import { hasOracle, readOracle } from "./oracle.ts"

const stringify = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u061c\u200e\u202e\u2066\ufeff]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )

const out = new JsonBytes(stringify)
const json = new RecordJson(out)
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

/** The record by the fast way, or `undefined` where that leaves it to the general one. */
const fast = (kind: RecordKind, bytes: Uint8Array): string | undefined =>
  json.append(kind, bytes) ? text(out.take()) : undefined

/** The record by the general way. */
const general = (kind: RecordKind, bytes: Uint8Array): string | undefined => {
  const message = decodeRecord(kind, bytes)
  const value = message instanceof MalformedMessage ? message : recordToJson(kind, message)
  return value instanceof MalformedMessage ? undefined : stringify(value)
}

const Text = Schema.Union([
  Schema.String,
  Schema.Literals([
    "",
    "plain",
    'a "quote"',
    "back\\slash",
    "line\nbreak\r\t",
    "\u0000\u001b[31m",
    "DEL \u007f, C1 \u0085 \u009b",
    "Söhne · à",
    "情報システム",
    "عربي \u061c",
    "left \u200e over \u202e iso \u2066",
    "\ufeffmark",
    "👩‍👩‍👧 😀",
    "ЩукинАнна",
    "𠮷野",
    "\ufffd\uffff",
  ]),
])

const Value = Schema.Union([Text, Schema.Boolean, Schema.Finite, Schema.Null, Schema.Literals([0, -0, 1e300, 5e-324])])
const Key = Schema.Union([Text, Schema.Literals(["user_id", "a", "b", "10", "9", "__proto__", "toString"])])

const Account = Schema.Struct({
  id: Text,
  displayName: Text,
  description: Text,
  profile: Schema.Record(Key, Value),
  nested: Schema.Array(Value),
  emails: Schema.Array(Schema.Struct({ address: Text, isPrimary: Schema.Boolean })),
  status: Schema.Literals([0, 1, 2, 3]),
  seconds: Schema.Literals([0, 1, 1_619_881_750, 2_147_483_647, 2_147_483_648, -1]),
  nanos: Schema.Literals([0, 0, 5_000_000]),
})

/** A resource as the library encodes it, which keeps the profile's order. */
const libraryBytes = (account: typeof Account.Type): Uint8Array => {
  const profile = { ...account.profile, z: { deeper: [...account.nested] } }
  const createdAt = { seconds: BigInt(account.seconds), nanos: account.nanos }
  const trait = create(recordSchemas.resource, {
    id: { resourceType: "user", resource: account.id },
    displayName: account.displayName,
    description: account.description,
    profile,
    createdAt,
    status: { status: account.status, details: account.description },
    externalId: { id: account.displayName },
    batonResource: account.nanos === 0,
  })
  return toBinary(recordSchemas.resource, trait)
}

const isAscending = (keys: ReadonlyArray<string>): boolean =>
  keys.every((key, at) => at === 0 || Buffer.compare(Buffer.from(keys[at - 1] ?? ""), Buffer.from(key)) < 0)

describe("JSON from the bytes of records", () => {
  it.prop(
    "is that of the general way, for resources of any texts and profiles",
    { account: Account },
    ({ account }) => {
      const bytes = libraryBytes(account)
      const written = fast("resource", bytes)
      if (written !== undefined) assert.strictEqual(written, general("resource", bytes))
    },
    { arbitrary: { seed: 3, runs: 400 } },
  )

  it.prop(
    "is written the fast way for accounts as the connector stores them, whatever their texts are",
    { id: Schema.Literals(["U1", "Ü"]), name: Text, values: Schema.Array(Value), email: Text },
    ({ id, name, values, email }) => {
      const profile = Object.fromEntries(values.map((value, at) => [`key_${String.fromCharCode(97 + at)}`, value]))
      const resource = {
        id: { resourceType: "user", resource: id },
        parent: { resourceType: "workspace", resource: "T1" },
        displayName: name,
        profile,
        status: "enabled" as const,
        createdAt: "2021-05-01T15:09:10Z",
        account: { emails: [email], accountType: "human" as const, mfaEnabled: true },
      }
      const bytes = bytesOf(encodeResource(resource, { traits: ["user"] }))
      const expected = general("resource", bytes)
      assert.strictEqual(fast("resource", bytes), isAscending(Object.keys(profile)) ? expected : undefined)

      const head = encodeGrantHead("workspace:T1:member", bytes)
      const grant = {
        id: `g ${name}`,
        entitlement: "workspace:T1:member",
        resource: resource.id,
        principal: resource.id,
      }
      const grantBytes = bytesOf(encodeGrant({ ...grant, immutable: true }, head))
      // Twice: the second time, the entitlement is the one before.
      for (const _ of [1, 2]) assert.strictEqual(fast("grant", grantBytes), general("grant", grantBytes))
      assert.deepStrictEqual(scanGrant(grantBytes), { id: grant.id.toWellFormed(), namesAll: true, hasSources: false })
    },
    { arbitrary: { seed: 4, runs: 300 } },
  )

  it.prop(
    "is that of the general way or none, whatever some bytes of a record become",
    {
      at: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 }))),
      to: Schema.Literals([0x00, 0x01, 0x08, 0x0a, 0x12, 0x1a, 0x20, 0x22, 0x2a, 0x32, 0x7f, 0x80, 0xc2, 0xe2, 0xff]),
      end: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 500 })),
    },
    ({ at, to, end }) => {
      const whole = bytesOf(
        encodeResource(
          {
            id: { resourceType: "user", resource: "U1" },
            displayName: "Grace",
            profile: { a: 1.5, b: "two", c: true, d: "é" },
            status: "disabled",
            createdAt: "2021-05-01T15:09:10Z",
            account: { emails: ["a@b.example"], accountType: "service" },
          },
          { traits: ["user"] },
        ),
      )
      const bytes = whole.slice(0, end < 250 ? end : undefined)
      for (const place of at) if (place < bytes.length) bytes[place] = to
      const written = fast("resource", bytes)
      if (written !== undefined) assert.strictEqual(written, general("resource", bytes))
    },
    { arbitrary: { seed: 5, runs: 3000 } },
  )

  it("leaves to the general way what is not stored as connectors store it, and then has written nothing", () => {
    const message = (members: Parameters<typeof create<typeof recordSchemas.grant>>[1]) =>
      toBinary(recordSchemas.grant, create(recordSchemas.grant, members))
    const grant = message({ id: "g", entitlement: { id: "e" }, principal: { displayName: "p" } })
    const cases = [
      Buffer.concat([grant, grant]),
      message({ id: "g", sources: { sources: { e: {} } } }),
      message({ id: "g", annotations: [{ typeUrl: "type.googleapis.com/c1.connector.v9.Sparkle" }] }),
      Buffer.from([0x1a, 0x02, 0xc3, 0x28]),
      Buffer.from([0x7a, 0x00]),
    ]
    for (const bytes of cases) {
      out.json("before")
      assert.isFalse(json.append("grant", bytes))
      assert.strictEqual(text(out.take()), "before")
    }
    assert.strictEqual(fast("grant", grant), general("grant", grant))
  })

  it.skipIf(!hasOracle).each(["pro", "business-plus"])(
    "is that of the general way for what the Go connector stored: %s",
    (name) => {
      const records = hasOracle ? readOracle(name) : []
      const written = records.map(({ kind, bytes }) => ({ kind, bytes, json: fast(kind, bytes) }))
      for (const { kind, bytes, json: line } of written) {
        if (line !== undefined) assert.strictEqual(line, general(kind, bytes))
      }
      assert.isAbove(written.filter((record) => record.kind === "grant" && record.json !== undefined).length, 20)
    },
  )
})
