// The samples of a Prometheus text, so that a test asks for a value by name and labels, in whatever order they stand.

/** One line of the text. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Every sample of the text. */
export const samplesOf = (text: string): ReadonlyArray<Sample> =>
  text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/u.exec(line) ?? []
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/gu)].map(([, key = "", text_ = ""]) => [key, text_] as const)
      return { name, labels: Object.fromEntries(pairs), value: Number(value) }
    })

/** The values of the samples of this name that bear these labels. */
export const valuesOf = (
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): ReadonlyArray<number> =>
  samplesOf(text)
    .filter((it) => it.name === name && Object.entries(labels).every(([key, value]) => it.labels[key] === value))
    .map(({ value }) => value)
