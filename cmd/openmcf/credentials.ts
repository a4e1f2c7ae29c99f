import { readFileSync } from "node:fs";
import type { Access, Tenant } from "../../pkg/deploy/index.ts";
import { InvalidInput, diagnostic, isInvalidInput } from "../../pkg/diagnostics/index.ts";
import { parseProviderConfig } from "../../pkg/manifest/index.ts";
import type { LoadResult, ProviderConfig } from "../../pkg/manifest/index.ts";
import { auth0CredentialsFrom } from "../../pkg/providers/index.ts";
import { domainOf } from "../../pkg/values/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import type { RunFlags } from "./flags.ts";

/** The credentials of a command: those of `-p`, else of its stack input, and the environment's. @throws InvalidInput */
export function accessOf(
  { providerConfig: files = [] }: RunFlags,
  loaded: Pick<LoadResult, "providerConfig"> | undefined,
  env: NodeJS.ProcessEnv,
): Access {
  const input = loaded?.providerConfig;
  const given = files.map(readConfig);
  if (files.length === 0 && input) given.push(parseProviderConfig(input.file, input.value));
  const environment = domainOf(env["AUTH0_DOMAIN"] ?? "");
  return { given, ...(environment === "" ? {} : { environment }) };
}

function readConfig(file: string): ProviderConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new InvalidInput(
      diagnostic("file-unreadable", `${file} cannot be read`, { file, hint: "check the path given with -p" }),
    );
  }
  return parseProviderConfig(file, text);
}

/** The credentials of a tenant as properties of a provider; `undefined` when they are not there. */
export function propertiesOf({ domain, given }: Tenant, env: NodeJS.ProcessEnv): PropertyMap | undefined {
  if (given) return { ...given };
  if (domain === undefined) return undefined;
  try {
    return { ...auth0CredentialsFrom({}, env) };
  } catch (error) {
    if (isInvalidInput(error)) return undefined;
    throw error;
  }
}
