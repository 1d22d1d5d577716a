// Users and groups are read without a Schema where they are written as documented, and what comes of it is what the Schema says.
import { assert, it } from "@effect/vitest"
import { listDecoder } from "@rollcall/api-client"
import { OddChanges, oddRecord } from "@rollcall/test-kit/odd-records"
import { Result, Schema } from "effect"
import { schemas } from "../src/dialect/ScimDialect.ts"
import { ScimGroupRecord, ScimUserRecord } from "../src/resources/records.ts"

const texts = (names: string) => Object.fromEntries(names.split(" ").map((name) => [name, name]))

const extensions = (version: "v1" | "v2") => ({
  [schemas[version].enterprise]: {
    ...texts("employeeNumber costCenter organization division department"),
    manager: texts("managerId value displayName"),
  },
  [schemas[version].guest]: { ...texts("type expiration"), channels: [texts("value display")] },
  [schemas[version].profile]: { startDate: "2020-02-03" },
})

const user = {
  ...texts("id externalId userName displayName nickName title timezone userType locale"),
  name: texts("givenName familyName honorificPrefix"),
  active: true,
  emails: [{ value: "a@example.com", primary: true, type: "work" }, { value: "b@example.com" }],
  groups: [texts("value display")],
  roles: [texts("value")],
  meta: texts("created location"),
  ...extensions("v1"),
  ...extensions("v2"),
}
const group = {
  ...texts("id displayName externalId"),
  members: [texts("value display"), texts("value")],
  meta: texts("created"),
}

const arbitrary = { changes: OddChanges }
const seeded = { arbitrary: { seed: 7, runs: 2000 } }

it.prop(
  "a user is read as the Schema reads it, whatever stands in its fields",
  arbitrary,
  ({ changes }) => sameAsSchema(ScimUserRecord, oddRecord(user, changes)),
  seeded,
)

it.prop(
  "a group is read as the Schema reads it, whatever stands in its fields",
  arbitrary,
  ({ changes }) => sameAsSchema(ScimGroupRecord, oddRecord(group, changes)),
  seeded,
)

const sameAsSchema = (schema: Schema.ConstraintDecoder<unknown>, record: unknown): void => {
  const expected = Schema.decodeUnknownResult(schema)(record)
  const { records, problem } = listDecoder(schema)([record])
  assert.deepStrictEqual<unknown>(records, Result.isSuccess(expected) ? [expected.success] : [])
  assert.strictEqual(problem, Result.isFailure(expected) ? expected.failure.message : undefined)
}
