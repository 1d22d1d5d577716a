// A flag that names a file or a folder.
import { Effect } from "effect"
import { Flag, Param, Primitive } from "effect/cli"

/** Shells complete it; it is handed on as it was typed, for whoever opens it says better what is wrong with it. */
export const pathFlag = (name: string): Flag.Flag<string> =>
  Param.makeSingle({
    kind: Param.flagKind,
    name,
    primitiveType: Object.assign(Primitive.Path("either"), { parse: Effect.succeed<string> }),
  }).pipe(Flag.withMetavar("path"))
