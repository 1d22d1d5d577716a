// Tells when a collector fails and when it is back, once each, and counts the requests that failed. The exporters
// themselves are silent: they drop what a collector does not take, and try again after a minute.
import { excerpt, exchangeFacts, networkReason } from "@rollcall/api-client"
import { Duration, Effect, Layer, Metric } from "effect"
import { HttpClient, HttpClientError } from "effect/http"

const failures = Metric.counter("rollcall_telemetry_export_failures_total", {
  description: "Requests to a collector of telemetry that failed, by signal: traces, metrics or logs.",
  incremental: true,
})

/** `noAnswer` is about the collector, `refused` about the path. */
type Trouble = "noAnswer" | "refused"

/** The client of the exporters, watched; a request that takes longer than `timeout` has failed. */
export const watchCollector = (
  timeout: Duration.Duration,
): Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(Effect.service(HttpClient.HttpClient), (client) => {
      /** What fails, by collector and path, as one signal may be refused while others are taken. */
      const failing = new Map<string, Map<string, Trouble>>()

      const failed = Effect.fnUntraced(function* ({ host, pathname }: URL, trouble: Trouble, why: string) {
        yield* Metric.update(Metric.withAttributes(failures, { signal: signalOf(pathname) }), 1)
        const paths = failing.get(host) ?? new Map<string, Trouble>()
        const isNew = paths.size === 0
        failing.set(host, paths.set(pathname, trouble))
        if (isNew) {
          yield* Effect.logWarning(
            `The collector of telemetry at ${host} fails: ${why}. Data that it does not accept is dropped; the worker continues.`,
          )
        }
      })
      const succeeded = Effect.fnUntraced(function* ({ host, pathname }: URL) {
        const paths = failing.get(host)
        if (paths === undefined || paths.size === 0) return
        for (const [path, trouble] of paths) {
          if (path === pathname || trouble === "noAnswer") paths.delete(path)
        }
        if (paths.size === 0) yield* Effect.logInfo(`The collector of telemetry at ${host} works again.`)
      })

      return HttpClient.transform(client, (sent, request) => {
        const url = new URL(request.url)
        const late = new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, description: "It took too long." }),
        })
        return sent.pipe(
          Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(late) }),
          Effect.tap(({ status }) =>
            status < 300 ? succeeded(url) : failed(url, "refused", `it answers with HTTP ${status}`),
          ),
          Effect.tapError((error) =>
            failed(
              url,
              "noAnswer",
              error === late
                ? `it has not answered for ${Duration.toSeconds(timeout)} s`
                : `a request ${exchangeFacts.Network.says(networkReason(error.reason.cause, url.host))}`,
            ),
          ),
        )
      })
    }),
  )

const signalOf = (path: string): string => /(?:traces|metrics|logs)$/u.exec(path)?.[0] ?? excerpt(path)
