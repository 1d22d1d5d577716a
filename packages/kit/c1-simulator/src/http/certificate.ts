// A certificate for loopback, made again at each start. `selfsigned` makes it, as it does for webpack's development server:
// Node can read X.509 but not write it.
import { Effect } from "effect"
import { randomUUID } from "node:crypto"
import { generate } from "selfsigned"

/** The key of a server and its certificate, which is its own authority; both PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Whoever trusts several of them tells them apart by their names. */
const names = () => [
  { name: "commonName", value: "localhost" },
  { name: "organizationName", value: `Simulated ConductorOne ${randomUUID()}` },
]

/** A certificate for `localhost` and 127.0.0.1, good at any time that a test's clock may show. */
export const makeCertificate: Effect.Effect<Certificate> = Effect.promise(async () => {
  const made = await generate(names(), {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date("1970-01-01T00:00:00Z"),
    notAfterDate: new Date("2100-01-01T00:00:00Z"),
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  })
  return { key: made.private, cert: made.cert }
})
