// A console over real connections, of connections that are made up, and the browser that was let in.
import { rawRequest, requestText } from "@rollcall/test-kit/raw-request"
import type { ShownConnection } from "@rollcall/host/connections"
import type { AddForm, WantedConnection } from "../src/index.ts"
import { Context, Effect, Layer } from "effect"
import { ConsoleAddress, loopbackSignIn, ManagedConnections, serveConsole, SignIn } from "../src/index.ts"

/** The headers that a browser sends with an act of a page. */
export type Headers = Readonly<Record<string, string | undefined>>

export const targetOf = (url: string): string => new URL(url).pathname + new URL(url).search

const madeUpForm: AddForm = {
  modules: [
    {
      id: "slack-pro",
      displayName: "Slack Pro",
      fields: [
        { name: "token", type: "secret", description: "Its token.", isRequired: true },
        {
          name: "rate-limits",
          type: "choice",
          description: "How fast.",
          choices: ["published", "off"],
          default: "published",
        },
      ],
      fixed: [["base-url", "http://127.0.0.1:1/api/"]],
    },
  ],
  fields: [{ name: "every", type: "text", description: "How often." }],
}

const described = ({ name, module, labels, settings, secrets }: WantedConnection): string =>
  JSON.stringify([name, module, labels, settings, [...secrets.keys()], [...secrets.values()].map(String)])

/** A console, what was asked of its connections, and what sends requests as its browser does. */
export const visited = Effect.fnUntraced(function* (
  shown: ReadonlyArray<ShownConnection> = [{ name: "sales", labels: {}, state: "Connected" }],
  signIn: Layer.Layer<SignIn, never, ConsoleAddress> = loopbackSignIn,
) {
  const asked: Array<string> = []
  const said = (sentence: string) => Effect.sync(() => void asked.push(sentence))
  const managed = ManagedConnections.of({
    all: Effect.succeed(shown),
    form: madeUpForm,
    details: (name) => {
      const one = shown.find((it) => it.name === name)
      const rest = { settings: [], secrets: ["token"], leases: [], audit: [], lines: [], isShared: false }
      return Effect.succeed(one && { shown: one, from: "connections.yaml, line 2", ...rest })
    },
    check: (wanted) =>
      Effect.as(said(`check ${described(wanted)}`), {
        wrong: {},
        findings: [{ check: "token", state: "ok", found: "it is xoxb-1-2-abcdefghijklmnop" }],
      }),
    add: ({ subject }, wanted) => Effect.as(said(`add ${described(wanted)} for ${subject}`), undefined),
    rotate: ({ subject }, name, setting) => Effect.as(said(`rotate ${setting} of ${name} for ${subject}`), undefined),
    change: ({ issuer, subject }, name, act) =>
      Effect.sync(() => {
        asked.push(`${act} ${name} for ${subject} of ${issuer}`)
        return shown.some((one) => one.name === name) ? undefined : { message: `There is no ${name}.`, hint: "" }
      }),
  })
  const services = yield* Layer.build(Layer.provideMerge(signIn, ConsoleAddress.layer({ port: 0 })))
  yield* Effect.provideService(Effect.provideContext(serveConsole, services), ManagedConnections, managed)
  const { port, origin } = Context.get(services, ConsoleAddress)
  const { link } = Context.get(services, SignIn)
  const host = new URL(origin).host
  const get = (target: string, headers: Headers = {}, method?: string) =>
    rawRequest(port, requestText(target, { Host: host, ...headers }, method))
  const enter = Effect.gen(function* () {
    const { headers } = yield* get(targetOf((yield* link("link")).url))
    const Cookie = headers.get("set-cookie")?.split(";")[0] ?? ""
    const { body } = yield* get("/", { Cookie })
    return { Cookie, csrf: /"csrfToken":"([\w-]+)"/u.exec(body)?.[1] ?? "" }
  })
  const { Cookie, csrf } = yield* enter
  const send = (target: string, fields: Readonly<Record<string, string>>, headers: Headers = {}, method = "POST") => {
    const content = new URLSearchParams(fields).toString()
    const usual = {
      Host: host,
      Origin: origin,
      "Sec-Fetch-Site": "same-origin",
      "Sec-Fetch-Mode": "cors",
      "Sec-Fetch-Dest": "empty",
      "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
      "Content-Length": String(content.length),
      Cookie,
    }
    return rawRequest(port, requestText(target, { ...usual, ...headers }, method, content))
  }
  return { asked, port, origin, host, link, get, enter, send, Cookie, csrf }
})
