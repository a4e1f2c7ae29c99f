import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openmcf, openmcfJson, pulumiStandIn, temporaryFolder } from "../support/cli.ts";
import type { Outcome, RunJson } from "../support/cli.ts";
import { webhookManifest } from "../support/manifests.ts";
import { allRequestsTo, serve, streamsIn } from "../support/sandbox.ts";

/** A tenant played by a `sandbox serve` of its own. */
interface PlayedTenant {
  folder: string;
  exports: Record<string, string>;
  stop: () => Promise<void>;
}

describe("two tenants", () => {
  let dev: PlayedTenant;
  let prod: PlayedTenant;
  let cwd: string;
  beforeEach(async () => {
    const start = async (): Promise<PlayedTenant> => {
      const folder = temporaryFolder();
      return { folder, ...(await serve(folder)) };
    };
    [dev, prod] = await Promise.all([start(), start()]);
    const authorities = [dev, prod].map(({ exports }) => readFileSync(exports["NODE_EXTRA_CA_CERTS"] ?? "", "utf8"));
    cwd = temporaryFolder({ "logins.yaml": webhookManifest("logins"), "ca.pem": authorities.join("\n") });
  });
  afterEach(() => Promise.all([dev.stop(), prod.stop()]));

  /** What a command inherits: the passphrase, both certificate authorities, and a tenant's credentials. */
  const env = (tenant?: PlayedTenant, more: Record<string, string> = {}): Record<string, string> => ({
    PULUMI_CONFIG_PASSPHRASE: "correct-horse",
    ...tenant?.exports,
    NODE_EXTRA_CA_CERTS: join(cwd, "ca.pem"),
    ...more,
  });
  const on = (tenant: PlayedTenant, command: string, more?: Record<string, string>): Promise<Outcome> =>
    openmcf([...command.split(" "), "-f", "logins.yaml"], { cwd, env: env(tenant, more) });

  test("another tenant than a stack's own is refused before anything is sent, by every verb", async () => {
    expect((await on(dev, "apply")).code).toBe(0);
    for (const command of ["plan", "plan --refresh", "apply", "apply --refresh", "destroy", "refresh", "import"]) {
      const { code, stderr } = await on(prod, command);
      expect([command, code, stderr]).toEqual([command, 3, expect.stringContaining("error[wrong-tenant]")]);
      expect(stderr).toContain(dev.exports["AUTH0_DOMAIN"]);
    }
    expect(allRequestsTo(prod.folder)).toEqual([]);
    const { code, json } = await openmcfJson<RunJson>(["plan", "-f", "logins.yaml"], { cwd, env: env(dev) });
    expect([code, json.summary["same"]]).toEqual([0, 1]);
  });

  test("a stack moves with --allow-tenant-change, and from then on is of the other tenant", async () => {
    await on(dev, "apply");
    const moved = await on(prod, "apply --allow-tenant-change --refresh");
    expect([moved.code, moved.stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect(streamsIn(prod.folder).get("logins")).toHaveLength(1);
    expect((await on(dev, "plan")).stderr).toContain("error[wrong-tenant]");
    expect((await on(prod, "destroy")).code).toBe(0);
    // What is left on the old tenant is there still.
    expect(streamsIn(dev.folder).get("logins")).toHaveLength(1);
  });

  test("one command applies each manifest to the tenant that its folder names", async () => {
    for (const [name, { exports }] of Object.entries({ dev, prod })) {
      mkdirSync(join(cwd, name));
      writeFileSync(join(cwd, name, "openmcf.yaml"), `tenant: https://${exports["AUTH0_DOMAIN"]}/\n`);
      writeFileSync(
        join(cwd, name, "s.yaml"),
        webhookManifest("audit").replace("metadata:", `metadata:\n  env: ${name}`),
      );
      const { AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: clientId, AUTH0_CLIENT_SECRET: clientSecret } = exports;
      writeFileSync(join(cwd, `${name}.json`), JSON.stringify({ domain, clientId, clientSecret }));
    }
    const both = ["-f", "dev", "-f", "prod", "-p", "dev.json", "-p", "prod.json"];
    const applied = await openmcfJson<RunJson>(["apply", ...both], { cwd, env: env() });
    expect([applied.code, applied.json.stacks.map(({ result }) => result)]).toEqual([0, ["succeeded", "succeeded"]]);
    expect([dev, prod].map(({ folder }) => [...streamsIn(folder).keys()])).toEqual([["audit"], ["audit"]]);

    const printed = await openmcfJson<Record<string, { name: string }>>(["outputs", "-f", "dev", "-f", "prod"], {
      cwd,
    });
    expect(Object.keys(printed.json)).toEqual([
      "auth0-streams/dev.Auth0EventStream.audit",
      "auth0-streams/prod.Auth0EventStream.audit",
    ]);

    const unfit = await openmcf(["plan", "-f", "dev", "-p", "prod.json"], { cwd, env: env() });
    expect([unfit.code, unfit.stderr]).toEqual([3, expect.stringContaining("error[wrong-tenant]")]);
    const unnamed = await openmcf(["plan", "-f", "logins.yaml", ...both.slice(4)], { cwd, env: env() });
    expect([unnamed.code, unnamed.stderr]).toEqual([3, expect.stringContaining("error[ambiguous-credentials]")]);

    expect((await openmcf(["destroy", ...both], { cwd, env: env() })).code).toBe(0);
    expect([dev, prod].map(({ folder }) => streamsIn(folder).size)).toEqual([0, 0]);
  });

  test("-p decides where a stack is destroyed that was applied by the environment's credentials", async () => {
    await on(dev, "apply");
    const { AUTH0_DOMAIN: domain, AUTH0_CLIENT_ID: clientId, AUTH0_CLIENT_SECRET: clientSecret } = dev.exports;
    writeFileSync(join(cwd, "dev.json"), JSON.stringify({ domain, clientId, clientSecret }));
    const { code, stderr } = await on(prod, "destroy -p dev.json");
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect(streamsIn(dev.folder).size).toBe(0);
    expect(allRequestsTo(prod.folder)).toEqual([]);
  });

  test("a run that fails has its stack's tenant on record", async () => {
    const folder = temporaryFolder();
    const failing = await serve(folder, ["--fault", "status=500,method=POST,path=/api/v2/event-streams"]);
    const authority = readFileSync(failing.exports["NODE_EXTRA_CA_CERTS"] ?? "");
    writeFileSync(join(cwd, "ca.pem"), authority, { flag: "a" });
    expect((await on({ folder, ...failing }, "apply")).code).toBe(1);
    await failing.stop();
    expect((await on(prod, "apply")).stderr).toContain("error[wrong-tenant]");
    expect(allRequestsTo(prod.folder)).toEqual([]);
  });

  test("the Pulumi CLI keeps a stack's tenant, and is held to it", async () => {
    const path = { PATH: `${pulumiStandIn()}:${process.env["PATH"]}` };
    await on(dev, "apply");
    const refused = await on(prod, "apply --engine pulumi", path);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("error[wrong-tenant]")]);
    writeFileSync(join(cwd, "logins.yaml"), webhookManifest("logins", { subscriptions: ["user.deleted"] }));
    const applied = await on(dev, "apply --engine pulumi", path);
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining("1 updated")]);
    expect((await on(prod, "plan")).stderr).toContain("error[wrong-tenant]");
    expect(allRequestsTo(prod.folder)).toEqual([]);
  });
});
