import { CustomResource } from "@pulumi/pulumi";
import type * as pulumi from "@pulumi/pulumi";
import { RemoteFailure, diagnostic } from "../../pkg/diagnostics/index.ts";
import type { Driver, ProviderPlugin } from "../../pkg/provider-contract/index.ts";
import { UNKNOWN, diffValues } from "../../pkg/values/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";

/** A resource type for tests of the engine: `color` forces replacement, `password` is secret, `serial` is computed. */
export class Thing extends CustomResource {
  declare readonly size: pulumi.Output<number | undefined>;
  declare readonly color: pulumi.Output<string | undefined>;
  declare readonly serial: pulumi.Output<string>;
  declare readonly password: pulumi.Output<string | undefined>;

  constructor(
    name: string,
    args: Record<string, pulumi.Input<unknown>>,
    options?: pulumi.CustomResourceOptions,
    type = "test:index:Thing",
  ) {
    super(
      type,
      name,
      { size: undefined, color: undefined, password: undefined, ...args, serial: undefined },
      { version: "1.0.0", ...options },
    );
  }

  static get(name: string, id: string): Thing {
    return new Thing(name, {}, { id });
  }
}

/** All types are the same but by name. */
const TYPES = ["test:index:Thing", "test:index:Other"];

/** The service behind {@link Thing}: a map, and a log of what was done to it. */
export class ThingService {
  readonly things = new Map<string, PropertyMap>();
  readonly log: string[] = [];
  /** Operations, such as `create a`, whose next call fails. */
  readonly failing = new Set<string>();
  /** How they fail, when not as an answer without a status. */
  failure: () => Error = () => new RemoteFailure(diagnostic("operation-failed", "the service refuses"));
  /** Operations that last until they are aborted. */
  readonly hanging = new Set<string>();
  /** What someone else has changed is a change to mend, as the drivers for Auth0 and AWS have it. */
  comparesWithLive = false;
  /** What reads fail with. */
  lacks: Error | undefined;
  /** How often a thing was read. */
  reads = 0;
  #count = 0;

  plugin(): ProviderPlugin {
    const driver = this.#driver();
    return {
      name: "test",
      secretConfig: ["key"],
      replaceOnConfig: ["region"],
      types: TYPES,
      configure: () => ({
        driver: (type) => (TYPES.includes(type) ? driver : undefined),
        invoke: (token, args) =>
          token === "test:index:double" ? Promise.resolve({ result: 2 * Number(args["value"]) }) : undefined,
      }),
    };
  }

  #driver(): Driver {
    const nameIn = ({ label }: PropertyMap): string => (typeof label === "string" ? label : "");
    const change = async (kind: string, name: unknown, signal: AbortSignal): Promise<void> => {
      const operation = `${kind} ${String(name)}`;
      this.log.push(operation);
      if (this.failing.delete(operation)) throw this.failure();
      if (this.hanging.delete(operation)) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        throw new RemoteFailure(diagnostic("operation-failed", "the time is up"));
      }
    };
    const nameOf = (id: string): unknown => this.things.get(id)?.["label"];
    return {
      secretProperties: ["password"],
      check: ({ inputs, oldInputs, autoName }) => ({
        inputs: { label: oldInputs?.["label"] ?? autoName.replace(/-[0-9a-f]{7}$/, ""), ...inputs },
        failures: inputs["size"] === -1 ? [{ path: "size", reason: "must not be negative" }] : [],
      }),
      diff: ({ oldInputs, oldOutputs, inputs }) => {
        const seen = Object.entries(oldInputs).map(([key, value]) => [key, oldOutputs[key] ?? value]);
        const old = this.comparesWithLive ? (Object.fromEntries(seen) as PropertyMap) : oldInputs;
        const changes = diffValues(old, inputs);
        return {
          changes,
          replaces: changes.map(({ path }) => path).filter((path) => path === "color"),
          deleteBeforeReplace: false,
        };
      },
      planCreate: (inputs) => ({ ...inputs, serial: UNKNOWN }),
      planUpdate: (inputs, oldOutputs) => ({ ...inputs, serial: oldOutputs["serial"] }),
      create: async ({ inputs, signal }) => {
        await change("create", inputs["label"], signal);
        const id = `thing-${(this.#count += 1)}`;
        this.things.set(id, inputs);
        return { id, outputs: { ...inputs, serial: `S${this.#count}` } };
      },
      update: async ({ id, inputs, oldOutputs, signal }) => {
        await change("update", inputs["label"], signal);
        this.things.set(id, inputs);
        return { outputs: { ...inputs, serial: oldOutputs["serial"] } };
      },
      delete: async ({ id, signal }) => {
        await change("delete", nameOf(id) ?? id, signal);
        this.things.delete(id);
      },
      read: async ({ id, state }) => {
        if (this.lacks) throw this.lacks;
        this.reads += 1;
        const inputs = this.things.get(id);
        return inputs && { id, inputs, outputs: { ...inputs, serial: state?.outputs["serial"] ?? `S-${id}` } };
      },
      recover: async ({ inputs }) => {
        if (this.failing.delete(`recover ${nameIn(inputs)}`))
          throw new RemoteFailure(diagnostic("operation-failed", "the service does not answer"));
        const found = [...this.things].find(([, thing]) => thing["label"] === inputs["label"]);
        return found && { id: found[0], outputs: { ...found[1], serial: "recovered" } };
      },
      resolve: async (id) => id,
    };
  }
}
