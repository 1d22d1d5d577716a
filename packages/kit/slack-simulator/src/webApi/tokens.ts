// The two tokens of a simulated workspace, what each may do, and how a token dies.
import type { FaultKind } from "../faults/Fault.ts"
import { hashFor } from "../seeded/hash.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { Actor, Workspace } from "../Workspace.ts"

/** How a token that was good is refused. */
export type TokenDeath = "token_revoked" | "token_expired" | "account_inactive" | "invalid_auth"

export interface Token {
  readonly kind: "bot" | "user"
  readonly value: string
  readonly scopes: ReadonlyArray<string>
  readonly actor: Actor
}

export interface Tokens {
  readonly bot: Token
  readonly user: Token
  /** The living token with this value, or Slack's code for why there is none. An empty value is no token at all. */
  readonly check: (value: string | undefined) => Token | TokenDeath | "not_authed"
  readonly kill: (kind: Token["kind"], death: TokenDeath) => void
}

/** A token that looks like Slack's from afar, and like none of Slack's to a secret scanner. */
const tokenValue = (prefix: string, seed: number): string => {
  const tail = hashFor(seed, prefix)(0).toString(36).toUpperCase().padStart(7, "0")
  return `${prefix}-SIMULATED-${String(seed).padStart(10, "0")}-${tail}`
}

/** The tokens of a simulator. */
export const makeTokens = (workspace: Workspace, settings: SimulatorSettings): Tokens => {
  const bot: Token = {
    kind: "bot",
    value: tokenValue("xoxb", settings.seed),
    scopes: settings.botScopes,
    actor: workspace.bot,
  }
  const user: Token = {
    kind: "user",
    value: tokenValue("xoxp", settings.seed),
    scopes: settings.userScopes,
    actor: workspace.leader(settings.userTokenRank),
  }
  const deaths = new Map<Token["kind"], TokenDeath>()
  return {
    bot,
    user,
    check: (value) => {
      if (value === undefined || value === "") return "not_authed"
      const token = [bot, user].find((known) => known.value === value)
      return token === undefined ? "invalid_auth" : (deaths.get(token.kind) ?? token)
    },
    kill: (kind, death) => {
      deaths.set(kind, death)
    },
  }
}

/** Kills the tokens that a fault revokes, for good. */
export const killTokens = (tokens: Tokens, faults: ReadonlyArray<FaultKind>): void => {
  for (const fault of faults) {
    if (fault.kind !== "revokeToken") continue
    for (const kind of ["bot", "user"] as const) {
      if (fault.token === undefined || fault.token === kind) tokens.kill(kind, fault.error ?? "token_revoked")
    }
  }
}
