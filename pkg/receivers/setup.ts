import { dirname, resolve } from "node:path";
import { basicCredentials } from "../delivery/index.ts";
import type { Credentials, SecondaryCredentials } from "../delivery/index.ts";
import { OPERATIONS_ADDRESS } from "../kinds/index.ts";
import type { ReceiverSpec } from "../kinds/index.ts";
import { plainSpec } from "../manifest/index.ts";
import type { Manifest } from "../manifest/index.ts";

/** A receiver as its manifest declares it, with what of it comes from the destination. */
export interface ReceiverSetup {
  name: string;
  kind: string;
  /** Folder of the manifest; paths in it start there. */
  folder: string;
  receiver: ReceiverSpec;
  /** Where Auth0 posts to. */
  endpoint: string;
  path: string;
  contentType: string;
  credentials: Credentials;
  secondary: readonly SecondaryCredentials[];
  /** Address of the operations' port. */
  operations: string;
}

interface Destination {
  endpoint: string;
  contentType: string;
  credentials: Credentials;
  /** The same with another secret in it. */
  withSecret: (secret: string) => Credentials;
}

/** The webhook of an event stream, as far as a receiver needs it. */
interface Webhook {
  webhookEndpoint: string;
  webhookAuthorization: Record<"method" | "username" | "password" | "token" | "headerKey" | "headerValue", string>;
}

/** The http destination of a log stream, as far as a receiver needs it. */
interface HttpDestination {
  httpEndpoint: string;
  httpContentType?: string;
  httpAuthorization?: string;
  httpCustomHeaders?: { header: string; value: string }[];
}

/**
 * The receivers that manifests declare.
 * @param cwd folder of a manifest that is no file.
 * @param specOf what of values from the environment and files is in the result: the values, unless it is for a text.
 */
export function receiversOf(
  manifests: readonly Manifest[],
  cwd: string,
  specOf: (manifest: Manifest) => unknown = plainSpec,
): ReceiverSetup[] {
  return manifests.flatMap((manifest) => {
    const { kind, metadata, document } = manifest;
    const { receiver, ...rest } = specOf(manifest) as { receiver?: ReceiverSpec };
    if (!receiver) return [];
    const destination = destinationOf(rest);
    const { endpoint, contentType, credentials, withSecret } = destination;
    return [
      {
        name: metadata.name,
        kind: kind.kind,
        folder: /^(-|[a-z]+:\/\/)/.test(document.file) ? cwd : dirname(resolve(cwd, document.file)),
        receiver,
        endpoint,
        path: receiver.path ?? (URL.parse(endpoint)?.pathname || "/"),
        contentType,
        credentials,
        secondary: (receiver.secondary ?? []).map(({ secret, until }) => ({
          credentials: withSecret(secret),
          until: Date.parse(until),
        })),
        operations: receiver.operations ?? OPERATIONS_ADDRESS,
      },
    ];
  });
}

/** Host and port of `HOST:PORT`; an IPv6 address stands in brackets. */
export function addressOf(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replaceAll(/[[\]]/g, ""), port: Number(text.slice(colon + 1)) };
}

function destinationOf(spec: object): Destination {
  const { webhookConfiguration, httpConfiguration } = spec as {
    webhookConfiguration?: Webhook;
    httpConfiguration?: HttpDestination;
  };
  if (webhookConfiguration) {
    const { webhookEndpoint: endpoint, webhookAuthorization: given } = webhookConfiguration;
    const withSecret = (secret: string): Credentials => {
      if (given.method === "basic") return basicCredentials(given.username, secret);
      if (given.method === "bearer") return { authorization: `Bearer ${secret}` };
      return { [given.headerKey.toLowerCase()]: secret };
    };
    const secret = { basic: given.password, bearer: given.token, custom_header: given.headerValue }[given.method] ?? "";
    return { endpoint, contentType: "application/json", credentials: withSecret(secret), withSecret };
  }
  return logStream(httpConfiguration ?? { httpEndpoint: "" });
}

/** Each header that Auth0 sends must be right: an authorization, an API key, or both. */
function logStream(http: HttpDestination): Destination {
  const { httpEndpoint: endpoint, httpContentType: contentType = "application/json", httpAuthorization } = http;
  const others = Object.fromEntries(
    (http.httpCustomHeaders ?? []).map(({ header, value }) => [header.toLowerCase(), value]),
  );
  const withSecret = (secret: string): Credentials =>
    // Where there is no authorization, the secret is the value of the only header.
    httpAuthorization === undefined
      ? Object.fromEntries(Object.keys(others).map((header) => [header, secret]))
      : { ...others, authorization: secret };
  const credentials = httpAuthorization === undefined ? others : { ...others, authorization: httpAuthorization };
  return { endpoint, contentType, credentials, withSecret };
}
