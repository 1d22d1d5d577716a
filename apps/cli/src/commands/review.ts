// An access review, step by step. A folder is a campaign; each step is a command that reads it, and loads what it needs.
import { Command } from "effect/cli"
import { assign, extend, importStep, remind, start, status, tables } from "./review/asking.ts"
import { check, close, evidence, remediate, signOff, verify } from "./review/removing.ts"

/** `rollcall review …` */
export const reviewCommand = Command.make("review").pipe(
  Command.withDescription(
    "Run an access review of a file, from the freeze to evidence. A folder is a campaign; nothing needs a server.",
  ),
  Command.withSubcommands([
    start,
    tables,
    importStep,
    status,
    assign,
    extend,
    remind,
    close,
    remediate,
    verify,
    signOff,
    evidence,
    check,
  ]),
)
