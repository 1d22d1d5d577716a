// A request and a reply apart from any server: the simulator's core maps one to the other, over HTTP or in process.

export interface SimulatorRequest {
  /** GET, POST, … */
  readonly method: string
  /** Path and query, as in a request line: `/api/users.list?limit=200`. */
  readonly target: string
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface SimulatorReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Whole, or in pieces made while it is sent. */
  readonly body: string | Iterable<string>
  /** Where the connection breaks: after this share of the body. Absent: not at all. */
  readonly cutAfter?: number
}

/** A reply of JSON text. */
export const jsonReply = (
  body: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): SimulatorReply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body,
})
