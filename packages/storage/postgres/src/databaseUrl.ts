// The URL of the database, looked through before it is used. Nothing that is told of it quotes it: it holds a password.
import { Effect, Redacted } from "effect"
import { DatabaseError } from "./DatabaseError.ts"

const anything = () => true
const isWhole = (value: string) => /^\d{1,5}$/u.test(value)

/** What a URL may say after its question mark. The client passes over any other name without a word, which would be less than asked for. */
const known: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ["application_name", anything],
  ["connect_timeout", isWhole],
  ["dbname", anything],
  ["host", anything],
  ["options", anything],
  ["password", anything],
  ["port", isWhole],
  ["sslmode", (value) => ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"].includes(value)],
  ["user", anything],
])

const wrong = (message: string, hint: string) => new DatabaseError({ reason: "Setting", message, hint })

const example =
  "It looks like postgres://HOST:5432/rollcall?sslmode=require, with the user, a colon, the password and an at sign before HOST."

/** Fails where the URL is none, or asks for what is not supported. Succeeds with the name under which the server shows the sessions. */
export const checkUrl = (redacted: Redacted.Redacted): Effect.Effect<string, DatabaseError> =>
  Effect.suspend(() => {
    const text = Redacted.value(redacted)
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined) return wrong("BATON_DATABASE_URL is no URL.", example)
    if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") {
      return wrong("BATON_DATABASE_URL is not the URL of a PostgreSQL database.", example)
    }
    const unknown = [...url.searchParams].flatMap(([name, value]) => (known.get(name)?.(value) === true ? [] : [name]))
    if (unknown.length > 0) {
      const hint = unknown.some((name) => name.startsWith("ssl"))
        ? "Use sslmode=require. Certificates are always verified; name the file of your own authority with NODE_EXTRA_CA_CERTS."
        : "Leave it out, or correct its value."
      return wrong(`BATON_DATABASE_URL asks for ${unknown.join(", ")}, which is not supported.`, hint)
    }
    return Effect.succeed(url.searchParams.get("application_name") ?? "rollcall")
  })
