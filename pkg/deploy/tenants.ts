import { InvalidInput, diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { Engine } from "../engine/index.ts";
import { manifestDiagnostic, manifestKey } from "../manifest/index.ts";
import type { Manifest, ProviderConfig } from "../manifest/index.ts";
import type { PropertyMap } from "../values/index.ts";
import { TENANT_OUTPUT } from "../components/tenant-output.ts";

/** Where the requests of a manifest's stack go. */
export interface Tenant {
  /** Absent when neither the manifest nor any credentials say. */
  domain?: string;
  /** Credentials given for this run with `-p` or in a stack input; those of the environment are not part of programs. */
  given?: ProviderConfig;
}

/** The credentials of a command. */
export interface Access {
  /** Given with `-p` or in a stack input. */
  given: readonly ProviderConfig[];
  /** Domain that the environment's are for. */
  environment?: string;
  /** The sandbox, which plays every tenant. */
  sandbox?: string;
}

/** Decides which tenant each manifest is for; credentials are chosen by their domain. @throws InvalidInput with every problem. */
export function chooseTenants(manifests: readonly Manifest[], access: Access): Map<Manifest, Tenant> {
  const problems: Diagnostic[] = [];
  const tenants = new Map<Manifest, Tenant>();
  for (const manifest of manifests) {
    const tenant = chooseTenant(manifest, access);
    if ("code" in tenant) problems.push(tenant);
    else tenants.set(manifest, tenant);
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return tenants;
}

function chooseTenant(manifest: Manifest, { given, environment, sandbox }: Access): Tenant | Diagnostic {
  if (sandbox !== undefined) return { domain: sandbox };
  const named = manifest.tenant?.domain;
  const fits = (domain: string): boolean => named === undefined || domain === named;
  const [first, second] = given.filter(({ domain }) => fits(domain));
  if (first && second) return ambiguous(manifest, named, given);
  if (first) return { domain: first.domain, given: first };
  if (environment !== undefined && fits(environment)) return { domain: environment };
  const others = [...new Set([...given.map(({ domain }) => domain), ...(environment ? [environment] : [])])];
  if (named !== undefined && others.length > 0) return noneFits(manifest, named, others);
  return named === undefined ? {} : { domain: named };
}

function ambiguous(manifest: Manifest, named: string | undefined, given: readonly ProviderConfig[]): Diagnostic {
  const key = manifestKey(manifest);
  if (named !== undefined)
    return manifestDiagnostic(
      manifest,
      "ambiguous-credentials",
      `two -p are for ${named}, the tenant of ${key}`,
      "give one",
    );
  const domains = given.map(({ domain }) => domain).join(", ");
  const hint = "name its tenant with the label openmcf.org/auth0-domain, or with tenant: in an openmcf.yaml beside it";
  return manifestDiagnostic(manifest, "ambiguous-credentials", `${key} names no tenant, and -p gives ${domains}`, hint);
}

function noneFits(manifest: Manifest, named: string, others: readonly string[]): Diagnostic {
  const message = `${manifestKey(manifest)} is for tenant ${named}, but the credentials are for ${others.join(", ")}`;
  const hint = `give credentials of ${named}, with -p or in the environment`;
  return diagnostic("wrong-tenant", message, { hint, ...manifest.tenant?.place });
}

/**
 * Holds stacks to the tenant that they were applied to: it is on record among a stack's outputs.
 * @throws InvalidInput `wrong-tenant` for every stack whose requests would go to another one.
 */
export async function refuseOtherTenants(tenants: ReadonlyMap<Manifest, Tenant>, engine: Engine): Promise<void> {
  const checks = [...tenants].map(async ([manifest, { domain }]) => {
    if (domain === undefined) return [];
    // A state that cannot be read fails the stack's own run, which tells of it beside the others'.
    const recorded = recordedTenant(await engine.outputs(manifest.stack).catch(() => undefined));
    return recorded === undefined || recorded === domain ? [] : [moved(manifest, recorded, domain)];
  });
  const problems = (await Promise.all(checks)).flat();
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** The tenant among a stack's outputs, if it is on record. */
function recordedTenant(outputs: PropertyMap | undefined): string | undefined {
  const domain = outputs?.[TENANT_OUTPUT];
  return typeof domain === "string" ? domain : undefined;
}

function moved(manifest: Manifest, recorded: string, domain: string): Diagnostic {
  const message = `${manifestKey(manifest)} was applied to tenant ${recorded}, but this run is for ${domain}`;
  const hint = `use the credentials of ${recorded}; or give --allow-tenant-change to move the stack, which forgets the stream on ${recorded}`;
  return manifestDiagnostic(manifest, "wrong-tenant", message, hint);
}
