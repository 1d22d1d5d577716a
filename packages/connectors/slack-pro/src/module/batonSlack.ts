// What differs on purpose from the files of the Go connector `baton-slack`, as far as every plan has it. What it stored for a workspace
// of odd cases is compared with ours in tests, so that each of these is one that was seen.
import type { KnownDifference, ReplacedConnector } from "@rollcall/connector"

const furtherKeys = [
  "real_name",
  "display_name",
  "title",
  "time_zone",
  "two_factor_type",
  "guest_expires_at",
  "scim_user_name",
  "scim_external_id",
  "employee_number",
  "cost_center",
  "organization",
  "division",
  "department",
  "manager_id",
  "user_type",
  "scim_roles",
]

const everyPlan: ReadonlyArray<KnownDifference> = [
  {
    id: "profile-in-trait",
    what: "The trait of an account or a group repeats the profile of the resource.",
    why: "The `baton` viewer up to SDK 0.7.27 reads the profile from the trait alone. baton-slack writes it to the resource alone.",
    where: [
      { kind: "resource", path: "annotations.UserTrait.profile.*", only: "ours" },
      { kind: "resource", path: "annotations.GroupTrait.profile.*", only: "ours" },
    ],
  },
  {
    id: "status-in-trait",
    what: "The trait of an account has the status of the resource.",
    why: "Older viewers read the status from the trait alone. baton-slack writes ENABLED there for everyone, also for deactivated accounts.",
    where: [
      {
        kind: "resource",
        resourceType: "user",
        path: "annotations.UserTrait.status.status",
        theirs: "STATUS_ENABLED",
      },
    ],
  },
  {
    id: "further-profile-keys",
    what: "Profiles of accounts have further keys.",
    why: "Rollcall keeps what Slack tells besides, such as full name, title and time zone, and with a Business+ token the employee facts of SCIM. No key of baton-slack is replaced.",
    where: furtherKeys.map((key) => ({
      kind: "resource",
      resourceType: "user",
      path: `profile.${key}`,
      only: "ours",
    })),
  },
]

/** `baton-slack`, with these differences besides those of every plan. */
export const batonSlack = (differences: ReadonlyArray<KnownDifference>): ReplacedConnector => ({
  name: "baton-slack",
  differences: [...everyPlan, ...differences],
})

/** `baton-slack` with a bot token alone. */
export const replacedOnPro: ReplacedConnector = batonSlack([
  {
    id: "idp-groups-on-pro",
    what: "The resource type `group` (IdP Group) is declared without the Business+ token.",
    why: "baton-slack declares it and lists no group. In Rollcall it belongs to the connector for Business+.",
    where: [{ kind: "resourceType", resourceType: "group", only: "theirs" }],
  },
])
