// The messages that can stand in a google.protobuf.Any of C1's service, so that they can be read and printed.
import { createRegistry } from "@bufbuild/protobuf"
import { file_c1_connector_v2_action } from "./generated/c1/connector/v2/action_pb.ts"
import { file_c1_connector_v2_annotation } from "./generated/c1/connector/v2/annotation_pb.ts"
import { file_c1_connector_v2_event_feed } from "./generated/c1/connector/v2/event_feed_pb.ts"
import { file_c1_connector_v2_grant_manager } from "./generated/c1/connector/v2/grant_manager_pb.ts"
import { file_c1_connector_v2_rate_limit } from "./generated/c1/connector/v2/rate_limit_pb.ts"
import { file_c1_connector_v2_trait } from "./generated/c1/connector/v2/trait_pb.ts"
import { file_google_rpc_status } from "./generated/google/rpc/status_pb.ts"

/** What annotations, the responses of finished tasks and the details of statuses can be. */
export const messageRegistry = createRegistry(
  file_c1_connector_v2_action,
  file_c1_connector_v2_annotation,
  file_c1_connector_v2_event_feed,
  file_c1_connector_v2_grant_manager,
  file_c1_connector_v2_rate_limit,
  file_c1_connector_v2_trait,
  file_google_rpc_status,
)
