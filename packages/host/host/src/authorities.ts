// Further certificate authorities, trusted in all that the process connects to: Slack behind a proxy that looks into TLS,
// ConductorOne, a collector.
import { ConfigError, environmentName, whyUnreadable } from "@rollcall/config"
import { Effect } from "effect"
import { X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import { getCACertificates, setDefaultCACertificates } from "node:tls"

const certificate = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gsu

/** The certificates in a PEM file; fails where it cannot be read or holds none. */
export const readAuthorities = Effect.fnUntraced(function* (
  path: string,
): Effect.fn.Return<ReadonlyArray<string>, ConfigError> {
  const unusable = (problem: string, cause?: unknown) =>
    new ConfigError({
      reason: "UnreadableFile",
      message: `The file ${path} that ${environmentName("extra-ca-file")} names ${problem}.`,
      hint: "Name a PEM file with the certificates of the authorities.",
      cause,
    })
  const text = yield* Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: (cause) => unusable(whyUnreadable(cause), cause),
  })
  const further = text.match(certificate) ?? []
  if (further.length === 0) return yield* unusable("holds no certificate")
  // Node would leave out what it cannot read, without a word.
  return yield* Effect.try({
    try: () => further.map((pem) => new X509Certificate(pem).toString()),
    catch: (cause) => unusable("holds a certificate that cannot be read", cause),
  })
})

/** Trusts these in addition to those that Node trusts. */
export const trustAuthorities = (certificates: ReadonlyArray<string>): Effect.Effect<void> =>
  Effect.sync(() => setDefaultCACertificates([...getCACertificates("default"), ...certificates]))
