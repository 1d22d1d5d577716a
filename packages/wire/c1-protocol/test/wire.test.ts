import { createRegistry } from "@bufbuild/protobuf"
import { assert, describe, it } from "vitest"
import {
  file_c1_config_v1_config,
  file_c1_connector_v2_action,
  file_c1_connector_v2_connector,
  file_c1_connector_v2_grant_manager,
  file_c1_connector_v2_rate_limit,
  file_c1_connectorapi_baton_v1_baton,
  BatonService,
  RpcStatusSchema,
} from "../src/messages.ts"

// C1's own numbers and names. A change of one of them is a break with every C1 there is.
const baton = {
  BatonServiceHelloRequest: "1 host_id, 2 task_id, 3 build_info, 4 os_info, 5 connector_metadata, 6 annotations",
  "BatonServiceHelloRequest.BuildInfo": "1 lang_version, 2 package, 3 package_version",
  "BatonServiceHelloRequest.OSInfo":
    "1 hostname, 2 os, 3 platform, 4 platform_version, 5 platform_family, 6 kernel_version, 7 kernel_arch, 8 virtualization_system",
  BatonServiceHelloResponse: "1 annotations",
  BatonServiceGetTaskRequest: "1 host_id",
  BatonServiceGetTaskResponse: "1 task, 2 next_poll, 3 next_heartbeat, 4 annotations",
  BatonServiceGetTasksRequest: "1 host_id, 2 page_size, 3 known_task_ids, 4 annotations",
  BatonServiceGetTasksResponse: "1 tasks, 2 next_poll, 3 next_heartbeat, 4 annotations",
  BatonServiceHeartbeatRequest: "1 host_id, 2 task_id, 3 annotations, 4 task_ids",
  BatonServiceHeartbeatResponse: "1 next_heartbeat, 2 cancelled, 3 annotations, 4 cancelled_task_ids",
  BatonServiceFinishTaskRequest: "1 host_id, 2 task_id, 3 status, 100 error, 101 success",
  "BatonServiceFinishTaskRequest.Error": "1 non_retryable, 2 annotations, 3 response",
  "BatonServiceFinishTaskRequest.Success": "1 annotations, 2 response",
  BatonServiceFinishTaskResponse: "1 annotations",
  BatonServiceUploadAssetRequest: "100 metadata, 101 data, 102 eof",
  "BatonServiceUploadAssetRequest.UploadMetadata": "1 host_id, 2 task_id, 4 annotations",
  "BatonServiceUploadAssetRequest.UploadData": "1 data",
  "BatonServiceUploadAssetRequest.UploadEOF": "1 sha256_checksum, 2 annotations",
  BatonServiceUploadAssetResponse: "1 annotations",
  StartDebuggingResponse: "1 status",
  Task:
    "1 id, 2 status, 3 debug, 100 none, 101 hello, 102 sync_full, 103 grant, 104 revoke, 105 create_account, " +
    "106 create_resource, 107 delete_resource, 108 rotate_credentials, 109 event_feed, 110 create_ticket_task, " +
    "111 list_ticket_schemas, 112 get_ticket, 113 bulk_create_tickets, 114 bulk_get_tickets, " +
    "115 action_list_schemas, 116 action_get_schema, 117 action_invoke, 118 action_status, 119 create_sync_diff, " +
    "120 compact_syncs, 121 list_event_feeds, 122 list_events, 123 issue_credential",
  "Task.SyncFullTask":
    "1 annotations, 2 skip_expand_grants, 3 skip_entitlements_and_grants, 4 targeted_sync_resources, " +
    "5 sync_resource_type_ids, 6 skip_grants, 7 storage_engine",
  "Task.GrantTask": "1 entitlement, 2 principal, 3 annotations, 4 duration",
  "Task.RevokeTask": "1 grant, 2 annotations",
  "Task.CreateAccountTask": "1 account_info, 2 credential_options, 3 encryption_configs, 4 resource_type_id",
  "Task.DeleteResourceTask": "1 resource_id, 2 parent_resource_id",
  "Task.RotateCredentialsTask": "1 resource_id, 2 credential_options, 3 encryption_configs",
  "Task.ActionListSchemasTask": "1 annotations, 2 resource_type_id",
  "Task.ActionGetSchemaTask": "1 name, 2 annotations",
  "Task.ActionInvokeTask": "1 name, 2 args, 3 annotations, 4 resource_type_id",
  "Task.ActionStatusTask": "1 name, 2 id, 3 annotations",
  "Task.ListEventsTask": "1 annotations, 2 cursor, 3 start_at, 4 event_feed_id, 5 page_size",
}

const connector = {
  ConnectorMetadata:
    "1 display_name, 2 help_url, 3 icon, 4 logo, 5 profile, 6 annotations, 7 description, 8 capabilities, " +
    "9 account_creation_schema",
  ConnectorCapabilities: "1 resource_type_capabilities, 2 connector_capabilities, 3 credential_details",
  ResourceTypeCapability:
    "1 resource_type, 2 capabilities, 3 permissions, 4 opt_in_required, 5 skip_sync_anomaly_detection",
  BatonActionSchema:
    "1 name, 2 arguments, 3 constraints, 4 return_types, 5 display_name, 6 description, 7 action_type, " +
    "8 resource_type_id",
  ListActionSchemasResponse: "1 schemas, 2 annotations",
  GetActionSchemaResponse: "1 schema, 2 annotations",
  InvokeActionResponse: "1 id, 2 status, 3 annotations, 4 response, 5 name",
  GetActionStatusResponse: "1 name, 2 id, 3 status, 4 annotations, 5 response",
  GrantManagerServiceGrantResponse: "1 annotations, 2 grants",
  GrantManagerServiceRevokeResponse: "1 annotations",
  RateLimitDescription: "1 status, 2 limit, 3 remaining, 4 reset_at",
}

const others = {
  "c1.config.v1.Field":
    "1 name, 2 display_name, 3 description, 4 placeholder, 5 is_required, 6 is_ops, 7 is_secret, 100 string_field, " +
    "101 int_field, 102 bool_field, 103 string_slice_field, 104 string_map_field, 105 resource_id_field, " +
    "106 resource_id_slice_field, 107 resource_field, 108 resource_slice_field, 109 entitlement_slice_field, " +
    "110 grant_slice_field",
  "google.rpc.Status": "1 code, 2 message, 3 details",
}

const registry = createRegistry(
  RpcStatusSchema,
  file_c1_config_v1_config,
  file_c1_connectorapi_baton_v1_baton,
  file_c1_connector_v2_action,
  file_c1_connector_v2_connector,
  file_c1_connector_v2_grant_manager,
  file_c1_connector_v2_rate_limit,
)

const published = [
  ...Object.entries(baton).map(([name, fields]) => [`c1.connectorapi.baton.v1.${name}`, fields] as const),
  ...Object.entries(connector).map(([name, fields]) => [`c1.connector.v2.${name}`, fields] as const),
  ...Object.entries(others),
]

describe("the wire of C1's service", () => {
  it.for(published)("has the numbers of C1 for the fields of %s", ([name, fields]) => {
    const numbered = registry.getMessage(name)?.fields.map((field) => `${field.number} ${field.name}`)
    assert.strictEqual(numbered?.join(", "), fields)
  })

  it("has the methods of C1, and streams uploads alone", () => {
    assert.strictEqual(BatonService.typeName, "c1.connectorapi.baton.v1.BatonService")
    assert.deepStrictEqual(
      BatonService.methods.map(({ name, methodKind }) => `${name} ${methodKind}`),
      [
        "Hello unary",
        "GetTask unary",
        "GetTasks unary",
        "Heartbeat unary",
        "FinishTask unary",
        "UploadAsset client_streaming",
        "StartDebugging unary",
      ],
    )
  })
})
