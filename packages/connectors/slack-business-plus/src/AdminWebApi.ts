// Slack's Web API with the Business+ token, which is a user token with the scope `admin`. Beside it the connector uses
// `SlackWebApi`, with the token that reads accounts and groups; where there is one token, both are the same.
import type { SlackWebApiShape } from "@rollcall/slack-api"
import { Context } from "effect"

/** The Web API as the holder of the Business+ token. */
export class AdminWebApi extends Context.Service<AdminWebApi, SlackWebApiShape>()(
  "@rollcall/slack-business-plus/AdminWebApi",
) {}
