import type { ResourceState } from "../state/index.ts";
import type { PropertyMap } from "../values/index.ts";
import { Blocks, Expression, block, identifier } from "./hcl.ts";
import type { Body, Value } from "./hcl.ts";

/** Providers by name, with the releases whose schema the exported attributes follow. */
const PROVIDERS: Readonly<Record<string, { source: string; version: string }>> = {
  auth0: { source: "auth0/auth0", version: "~> 1.53" },
  aws: { source: "hashicorp/aws", version: "~> 6.0" },
};

interface Provider {
  name: string;
  /** Undefined for the default provider, which resources need not name. */
  alias: string | undefined;
  body: Body;
}

/** Provider blocks: one for each region and account, one for each tenant. Credentials stay in the environment. */
export class Providers {
  readonly #byKey = new Map<string, Provider>();
  /** By the reference that a resource's record holds. */
  readonly #byReference = new Map<string, Provider>();

  constructor(resources: readonly ResourceState[]) {
    for (const { type, urn, id, inputs } of resources) {
      const [, name = ""] = /^pulumi:providers:(.*)$/.exec(type) ?? [];
      if (!PROVIDERS[name]) continue;
      const body = bodyOf(inputs ?? {});
      const key = JSON.stringify([name, body]);
      let provider = this.#byKey.get(key);
      if (!provider) {
        const others = [...this.#byKey.values()].filter((each) => each.name === name);
        provider = { name, alias: others.length === 0 ? undefined : aliasFor(body, others), body };
        this.#byKey.set(key, provider);
      }
      this.#byReference.set(`${urn}::${id}`, provider);
    }
  }

  /** The `provider` argument of a resource, where it needs one. */
  of({ provider }: ResourceState): Body {
    const found = this.#byReference.get(provider ?? "");
    return found?.alias === undefined ? {} : { provider: new Expression(`${found.name}.${found.alias}`) };
  }

  blocks(): string[] {
    const used = [...this.#byKey.values()];
    const required: Record<string, Value> = Object.fromEntries(
      Object.entries(PROVIDERS).filter(([name]) => used.some((each) => each.name === name)),
    );
    return [
      block("terraform", { required_version: ">= 1.5", required_providers: new Blocks([required]) }),
      ...used
        .filter(({ alias, body }) => alias !== undefined || Object.keys(body).length > 0)
        .map(({ name, alias, body }) =>
          block(`provider "${name}"`, { ...(alias === undefined ? {} : { alias }), ...body }),
        ),
    ];
  }
}

/** What of a provider's inputs is no credential: a tenant's domain, a region, the accounts that it may be. */
function bodyOf({ domain, region, allowedAccountIds }: PropertyMap): Body {
  const accounts = typeof allowedAccountIds === "string" ? (JSON.parse(allowedAccountIds) as string[]) : undefined;
  return {
    ...(typeof domain === "string" ? { domain } : {}),
    ...(typeof region === "string" ? { region } : {}),
    ...(accounts ? { allowed_account_ids: accounts } : {}),
  };
}

function aliasFor(body: Body, others: readonly Provider[]): string {
  const values = Object.values(body).flat().map(String);
  const base = identifier(values.join("_") || "other");
  let alias = base;
  for (let number = 2; others.some((each) => each.alias === alias); number += 1) alias = `${base}_${number}`;
  return alias;
}
