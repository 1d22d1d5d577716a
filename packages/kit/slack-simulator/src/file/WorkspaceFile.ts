// The shape of a hand-made workspace: raw Slack objects, of which only what the simulator itself needs is asked for.
// Everything else in an object is kept and served as it stands, however odd.
import { Effect, Schema } from "effect"
import { readFile } from "node:fs/promises"
import { SimulatorError } from "../SimulatorError.ts"

const Rest = [Schema.Record(Schema.String, Schema.Json)] as const

const Identified = Schema.StructWithRest(Schema.Struct({ id: Schema.NonEmptyString }), Rest)

/**
 * A workspace as one JSON file: the shape that `rollcall simulate --workspace FILE` reads. Further members may stand
 * beside these; nothing reads them.
 */
export const WorkspaceFile = Schema.StructWithRest(
  Schema.Struct({
    /** The `team` object of team.info. */
    team: Schema.StructWithRest(
      Schema.Struct({ id: Schema.NonEmptyString, name: Schema.String, domain: Schema.optionalKey(Schema.String) }),
      Rest,
    ),
    /** Who the bot token is; without it the first bot among the users, or the first user. Slack lists the account of every token. */
    bot: Schema.optionalKey(
      Schema.StructWithRest(
        Schema.Struct({ user_id: Schema.NonEmptyString, bot_id: Schema.optionalKey(Schema.NonEmptyString) }),
        Rest,
      ),
    ),
    /** `members` of users.list, in the order in which they are to be listed. */
    users: Schema.Array(Identified),
    /** `usergroups` of usergroups.list with all includes, disabled ones too (`date_delete` not 0). */
    usergroups: Schema.optionalKey(
      Schema.Array(
        Schema.StructWithRest(
          Schema.Struct({ id: Schema.NonEmptyString, users: Schema.optionalKey(Schema.Array(Schema.String)) }),
          Rest,
        ),
      ),
    ),
    /** What SCIM lists, as resources of SCIM v2; without it there are no accounts and no groups there. */
    scim: Schema.optionalKey(
      Schema.StructWithRest(
        Schema.Struct({
          users: Schema.optionalKey(Schema.Array(Identified)),
          groups: Schema.optionalKey(Schema.Array(Identified)),
        }),
        Rest,
      ),
    ),
  }),
  Rest,
)
export type WorkspaceFile = typeof WorkspaceFile.Type

const refused = (path: string, why: string) =>
  new SimulatorError({
    reason: "BadWorkspace",
    message: `The workspace file ${JSON.stringify(path)} cannot be served: ${why}`,
    hint: 'It must be JSON of the shape {"team":{"id","name"},"bot":{"user_id"},"users":[{"id",…}],"usergroups":[{"id","users",…}],"scim":{"users":[{"id",…}],"groups":[{"id",…}]}}.',
  })

/** Reads a hand-made workspace from a file. Fails with `BadWorkspace`, which names what is wrong and where. */
export const readWorkspaceFile = Effect.fn("readWorkspaceFile")(function* (path: string) {
  const text = yield* Effect.tryPromise({
    try: () => readFile(path, "utf8"),
    catch: (cause) => refused(path, `it cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`),
  })
  const json = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => refused(path, `it is not JSON (${cause instanceof Error ? cause.message : String(cause)}).`),
  })
  return yield* Schema.decodeUnknownEffect(WorkspaceFile, { errors: "all" })(json).pipe(
    Effect.mapError((error) => refused(path, error.message)),
  )
})
