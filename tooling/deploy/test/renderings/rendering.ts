// What a value of the chart changes: values that are given together, and what must then be where. One call of Helm tries all of them.

/** Where one value is seen. */
export interface Seen {
  /** The path of the value, such as `image.digest`. */
  readonly value: string
  /** The kind of the object that changes. */
  readonly kind: string
  /**
   * The fields down to the place, with blanks between. `name=work` stands for the item of a list that is so called, a number for the item
   * at that place, `pod` for the pod of a Deployment, and `container` for its container.
   */
  readonly at: string
  /** What must be there, a pattern of the text, or `undefined` where there must be nothing. */
  readonly is: unknown
  /** The name of the object, where several are of that kind. */
  readonly name?: string
}

/** Values, without the image where they say nothing of it, and where each is seen. */
export interface Rendering {
  readonly values: object
  readonly seen: ReadonlyArray<Seen>
}

const shortcuts: Readonly<Record<string, string>> = {
  pod: "spec template spec",
  container: "spec template spec containers 0",
}

/** What stands at a place of an object; `undefined` where there is nothing. */
export const lookUp = (object: object, at: string): unknown => {
  const [first = "", ...others] = at.split(" ")
  return [...(shortcuts[first] ?? first).split(" "), ...others].reduce<unknown>(
    (found, field) => (typeof found === "object" && found !== null ? step(found, field) : undefined),
    object,
  )
}

const step = (found: object, field: string): unknown => {
  const [key = "", value] = field.split("=")
  if (value === undefined || !Array.isArray(found)) return Reflect.get(found, field)
  const items: ReadonlyArray<unknown> = found
  return items.find((item) => typeof item === "object" && item !== null && Reflect.get(item, key) === value)
}
