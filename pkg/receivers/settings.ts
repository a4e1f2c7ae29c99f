import { SECRET_TEXT } from "../values/index.ts";
import type { ReceiverSetup } from "./setup.ts";

/** What a person types into Auth0's dashboard, or into a shell, to make the stream by hand. */
export interface DashboardSettings {
  /** Field of the dashboard and its value; secrets are hidden unless they are asked for. */
  fields: [field: string, value: string][];
  /** The request that makes the same stream. */
  curl: string;
}

/** @param showSecrets prints them as they are. */
export function dashboardSettings(setup: ReceiverSetup, spec: object, showSecrets: boolean): DashboardSettings {
  const secret = (value: string): string => (showSecrets ? value : SECRET_TEXT);
  const headers = Object.entries(setup.credentials).map(([header, value]) => ({ header, value: secret(value) }));
  return setup.kind === "Auth0LogStream" ? logStream(setup, spec, headers) : eventStream(setup, spec, headers, secret);
}

type Header = { header: string; value: string };

/** Field names of the "Custom Webhook" page of Log Streams, and of POST /api/v2/log-streams. */
function logStream({ name, endpoint, contentType }: ReceiverSetup, spec: object, headers: Header[]): DashboardSettings {
  const { httpConfiguration } = spec as { httpConfiguration?: { httpContentFormat?: string } };
  const httpContentFormat = httpConfiguration?.httpContentFormat ?? "JSONLINES";
  const authorization = headers.find(({ header }) => header === "authorization")?.value ?? "";
  const others = headers.filter(({ header }) => header !== "authorization");
  const sink = {
    httpEndpoint: endpoint,
    httpContentType: contentType,
    httpContentFormat,
    httpAuthorization: authorization,
    httpCustomHeaders: others,
  };
  return {
    fields: [
      ["Name", name],
      ["Payload URL", endpoint],
      ["Authorization Token", authorization],
      ["Content Type", contentType],
      ["Content Format", { JSONLINES: "JSON Lines", JSONARRAY: "JSON Array" }[httpContentFormat] ?? "JSON Object"],
      ...others.map(({ header, value }): [string, string] => [`Custom Header ${header}`, value]),
    ],
    curl: curl("log-streams", { name, type: "http", sink }),
  };
}

/** Field names of the "Event Streams" page, and of POST /api/v2/event-streams. */
function eventStream(
  { name, endpoint, credentials }: ReceiverSetup,
  spec: object,
  headers: Header[],
  secret: (value: string) => string,
): DashboardSettings {
  const { subscriptions, webhookConfiguration } = spec as {
    subscriptions: string[];
    webhookConfiguration: { webhookAuthorization: Record<string, string> };
  };
  const { method = "", username, password, token } = webhookConfiguration.webhookAuthorization;
  const [only = { header: "", value: "" }] = headers;
  const authorizations: Record<string, object> = {
    basic: { method, username, password: secret(password ?? "") },
    bearer: { method, token: secret(token ?? "") },
    custom_header: { method, header_key: only.header, header_value: only.value },
  };
  return {
    fields: [
      ["Name", name],
      ["Endpoint", endpoint],
      ["Event types", subscriptions.join(", ")],
      ["Authorization", method],
      ...Object.keys(credentials).map((header): [string, string] => [`Header ${header}`, only.value]),
    ],
    curl: curl("event-streams", {
      name,
      subscriptions: subscriptions.map((event_type) => ({ event_type })),
      destination: {
        type: "webhook",
        configuration: { webhook_endpoint: endpoint, webhook_authorization: authorizations[method] },
      },
    }),
  };
}

function curl(path: string, body: object): string {
  const quoted = JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`);
  return [
    `curl -L -g "https://$AUTH0_DOMAIN/api/v2/${path}" \\`,
    `  -H "Authorization: Bearer $AUTH0_API_TOKEN" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -H 'Accept: application/json' \\`,
    `  -d '${quoted}'`,
  ].join("\n");
}
