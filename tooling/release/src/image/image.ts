// What the worker's image is like for who runs it.

const workFolder = "/var/lib/rollcall"

/** The user is none of the machine that runs the image. Any other is fine too, if its group is 0 or the work folder is its own. */
const user = 65_532

export const image = {
  title: "Rollcall worker",
  description: "Syncs who has access to a Slack workspace to ConductorOne.",
  licences: "Apache-2.0",
  /** The name that it has where nobody has given it one. */
  name: "rollcall-worker",
  user,
  /** The one folder that the worker may write; the root can be read-only. */
  workFolder,
  /** Where the worker stands. */
  program: "/opt/rollcall",
  entrypoint: ["/usr/local/bin/node", "/opt/rollcall/main.mjs"],
  /** The variables of a deployment win over these. On a cluster with IPv6 alone the address to bind is `::`. */
  environment: {
    BATON_HEALTH_CHECK: "true",
    BATON_HEALTH_CHECK_BIND_ADDRESS: "0.0.0.0",
    BATON_C1Z_TEMP_DIR: workFolder,
    HOME: workFolder,
    NODE_ENV: "production",
    PATH: "/usr/local/bin",
    TMPDIR: workFolder,
  },
  /** Of the probes and metrics. */
  port: 8081,
} as const
