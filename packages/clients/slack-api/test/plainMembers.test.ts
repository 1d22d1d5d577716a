// Members are read without a Schema where they are written as documented, and what comes of it is what the Schema says.
import { assert, it } from "@effect/vitest"
import { listDecoder } from "@rollcall/api-client"
import { OddChanges, oddRecord } from "@rollcall/test-kit/odd-records"
import { Result, Schema } from "effect"
import { SlackUser } from "../src/index.ts"

const texts = (names: string) => Object.fromEntries(names.split(" ").map((name) => [name, name]))
const flags = (names: string) => Object.fromEntries(names.split(" ").map((name, index) => [name, index % 2 === 0]))

const member = {
  ...texts("id team_id name real_name two_factor_type tz color"),
  ...flags("deleted is_admin is_owner is_primary_owner is_restricted is_ultra_restricted is_bot is_workflow_bot"),
  ...flags("is_connector_bot is_app_user is_invited_user is_stranger has_2fa is_email_confirmed"),
  updated: 1_700_000_000,
  profile: {
    ...texts("email real_name display_name first_name last_name title team status_text status_emoji phone"),
    guest_expiration_ts: 0,
  },
  enterprise_user: { id: "E1", ...flags("is_admin is_owner is_primary_owner"), teams: ["T1", "T2"] },
}

const decode = Schema.decodeUnknownResult(SlackUser)
const decodeList = listDecoder(SlackUser)

it.prop(
  "a member is read as the Schema reads it, whatever stands in its fields",
  { changes: OddChanges },
  ({ changes }) => {
    const record = oddRecord(member, changes)
    const expected = decode(record)
    const { records, problem } = decodeList([record])
    assert.deepStrictEqual(records, Result.isSuccess(expected) ? [expected.success] : [])
    assert.strictEqual(problem, Result.isFailure(expected) ? expected.failure.message : undefined)
  },
  { arbitrary: { seed: 7, runs: 2000 } },
)
