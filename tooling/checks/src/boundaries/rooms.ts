// Who may import whom, as data. A room is a kind of package; its arrows point down only. A new package begins here.

/** A kind of package and what its sources may import. Tests are freer: any declared package but an app. */
export interface Room {
  readonly packages: ReadonlyArray<string>
  /** The rooms whose packages it may import. */
  readonly mayUse: ReadonlyArray<string>
  /**
   * The imports from outside the repository that it is held to, Node's own modules among them; `effect/*` stands for
   * every module of Effect. Where it is left out, whatever the package declares will do.
   */
  readonly outside?: ReadonlyArray<string>
  /** Whether it may import what Effect marks as unstable: such modules change in minor releases. */
  readonly unstableEffect: boolean
  /** Whether it ships as one bundle, so that `devDependencies` are enough for its sources. */
  readonly bundled?: boolean
}

/** The rooms of this repository, from the ground up. Nothing may use an app. */
export const rooms: Readonly<Record<string, Room>> = {
  core: { packages: ["@rollcall/connector"], mayUse: [], outside: ["effect"], unstableEffect: false },
  resilience: { packages: ["@rollcall/resilience"], mayUse: [], unstableEffect: false },
  exchange: { packages: ["@rollcall/http-exchange"], mayUse: [], unstableEffect: false },
  config: { packages: ["@rollcall/config"], mayUse: ["core"], unstableEffect: false },
  testkit: { packages: ["@rollcall/connector-testkit"], mayUse: ["core"], unstableEffect: false },
  wire: { packages: ["@rollcall/c1-protocol"], mayUse: ["core"], unstableEffect: false },
  sink: { packages: ["@rollcall/c1z"], mayUse: ["core", "wire"], unstableEffect: false },
  audit: { packages: ["@rollcall/audit-log"], mayUse: ["core"], unstableEffect: false },
  c1: {
    packages: ["@rollcall/c1-client"],
    mayUse: ["core", "exchange", "wire", "sink"],
    unstableEffect: false,
  },
  client: {
    packages: ["@rollcall/slack-api", "@rollcall/scim-client"],
    mayUse: ["core", "resilience", "exchange", "wire"],
    unstableEffect: true,
  },
  connector: {
    packages: ["@rollcall/slack-pro", "@rollcall/slack-business-plus"],
    mayUse: ["core", "client", "connector"],
    outside: ["effect", "effect/*"],
    unstableEffect: false,
  },
  // What the apps have in common; bundled into them.
  registry: {
    packages: ["@rollcall/connector-registry"],
    mayUse: ["core", "resilience", "exchange", "config", "sink", "client", "connector"],
    unstableEffect: false,
  },
  // Other people's tests depend on a simulator alone, so it stands on nothing of ours but the wire that it speaks.
  simulator: {
    packages: ["@rollcall/slack-simulator", "@rollcall/c1-simulator"],
    mayUse: ["wire"],
    unstableEffect: true,
  },
  app: {
    packages: ["@rollcall/cli", "@rollcall/worker"],
    mayUse: [
      "core",
      "resilience",
      "exchange",
      "config",
      "wire",
      "sink",
      "audit",
      "c1",
      "client",
      "connector",
      "registry",
      "simulator",
    ],
    unstableEffect: true,
    bundled: true,
  },
  tooling: {
    packages: [
      "@rollcall/bench",
      "@rollcall/checks",
      "@rollcall/deploy",
      "@rollcall/oracle",
      "@rollcall/scratch",
      "@rollcall/sweep",
      "@rollcall/virtual-time",
    ],
    mayUse: [
      "core",
      "resilience",
      "config",
      "testkit",
      "wire",
      "sink",
      "audit",
      "client",
      "connector",
      "registry",
      "simulator",
      "tooling",
    ],
    unstableEffect: true,
    bundled: true,
  },
}
