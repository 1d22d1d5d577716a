// Shows what Rollcall does on a simulated workspace.
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { pathFlag } from "@rollcall/host/command-line"
import { settingsCommand } from "../settings/settingsCommand.ts"

/** `rollcall demo` */
export const demoCommand = settingsCommand(
  "demo",
  {
    summary: "Sync a simulated workspace of 2,000 people, show it, report on it, and change something in it.",
    fields: [],
    listing: false,
    own: {
      file: pathFlag("file").pipe(
        Flag.withAlias("f"),
        Flag.withDescription("The c1z file to write."),
        Flag.withDefault("demo.c1z"),
      ),
    },
  },
  Effect.fnUntraced(function* ({ own, quiet }) {
    const { runDemo } = yield* Effect.promise(() => import("../demo/runDemo.ts"))
    yield* runDemo(own.file, { showProgress: !quiet })
  }, Effect.scoped),
)
