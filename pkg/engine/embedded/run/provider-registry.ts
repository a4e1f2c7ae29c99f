import { InvalidInput, diagnostic } from "../../../diagnostics/index.ts";
import type { Driver, ProviderPlugin, ProviderSession } from "../../../provider-contract/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import { secret, stripSecrets } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import type { ConfigValue } from "../../engine.ts";
import type { Journal } from "./journal.ts";
import { PROVIDER_PREFIX, buildUrn } from "../../urn.ts";

/** The providers of one stack's run: default ones made as they are needed, explicit ones as the program registers them. */
export class ProviderRegistry {
  readonly #plugins: ReadonlyMap<string, ProviderPlugin>;
  readonly #sessions = new Map<string, ProviderSession>();
  readonly #defaults = new Map<string, string>();

  readonly #config: Readonly<Record<string, ConfigValue>>;
  readonly #ofThisRun: Readonly<Record<string, PropertyMap>>;

  readonly #newId: () => string;

  /**
   * @param newId gives an id to a new provider.
   * @param config of the stack; what it has for a package goes to that package's default provider.
   * @param ofThisRun configuration by package that takes the place of what providers have on record.
   */
  constructor(
    plugins: readonly ProviderPlugin[],
    newId: () => string,
    config: Readonly<Record<string, ConfigValue>> = {},
    ofThisRun: Readonly<Record<string, PropertyMap>> = {},
  ) {
    this.#newId = newId;
    this.#config = config;
    this.#ofThisRun = ofThisRun;
    this.#plugins = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  }

  /** The plugin of a package. @throws InvalidInput `no-driver`. */
  plugin(packageName: string): ProviderPlugin {
    const plugin = this.#plugins.get(packageName);
    if (!plugin) throw noDriver(`package ${packageName}`);
    return plugin;
  }

  /** Makes a provider known under `<urn>::<id>`. Its config may be unknown in a preview: it is opened when first used. */
  add(reference: string, packageName: string, config: PropertyMap): void {
    this.#sessions.set(reference, this.plugin(packageName).configure(stripSecrets(config)));
  }

  /** Makes the providers of a state known, so that its resources can be read and deleted. */
  addAll(resources: readonly ResourceState[]): void {
    for (const { type, urn, id, inputs } of resources) {
      const name = type.slice(PROVIDER_PREFIX.length);
      if (type.startsWith(PROVIDER_PREFIX) && this.#plugins.has(name))
        this.add(`${urn}::${id ?? ""}`, name, this.#current(name, stripSecrets(inputs ?? {})));
    }
  }

  /** This run's configuration for a provider on record, unless that one reaches another place. */
  #current(packageName: string, recorded: PropertyMap): PropertyMap {
    const now = this.#ofThisRun[packageName];
    if (!now) return recorded;
    const isElsewhere = this.plugin(packageName).replaceOnConfig.some(
      (key) => recorded[key] !== undefined && now[key] !== undefined && recorded[key] !== now[key],
    );
    return isElsewhere ? recorded : now;
  }

  /**
   * The default provider of a package, recorded in the state the first time: `default_3_49_0`, with no parent, no
   * credentials, and the id that it has had.
   */
  defaultProvider(
    packageName: string,
    version: string,
    at: { stack: string; project: string },
    journal: Journal,
  ): string {
    this.plugin(packageName);
    const name = version ? `default_${version.replace(/[.+-]/g, "_")}` : "default";
    const type = PROVIDER_PREFIX + packageName;
    const urn = buildUrn({ ...at, type, name, parent: "" });
    let reference = this.#defaults.get(urn);
    if (reference === undefined) {
      const old = journal.before(urn);
      const id = old?.id ?? this.#newId();
      const now = new Date().toISOString();
      const properties: PropertyMap = { ...this.#configOf(packageName), ...(version ? { version } : {}) };
      journal.put(
        {
          urn,
          custom: true,
          id,
          type,
          inputs: { __internal: {}, ...properties },
          outputs: properties,
          created: old?.created ?? now,
          modified: old?.modified ?? now,
        },
        old,
      );
      this.#defaults.set(urn, (reference = `${urn}::${id}`));
      this.add(reference, packageName, properties);
    }
    return reference;
  }

  #configOf(packageName: string): PropertyMap {
    const { secretConfig } = this.plugin(packageName);
    const own = Object.entries(this.#config).filter(([key]) => key.startsWith(`${packageName}:`));
    return Object.fromEntries(
      own.map(([key, { value, isSecret }]) => {
        const name = key.slice(packageName.length + 1);
        return [name, isSecret || secretConfig.includes(name) ? secret(value) : value];
      }),
    );
  }

  /** The session of a provider reference. @throws Error when the reference is not known. */
  session(reference: string): ProviderSession {
    const session = this.#sessions.get(reference);
    if (!session) throw new Error(`unknown provider ${reference}`);
    return session;
  }

  /** The driver for a resource type. @throws InvalidInput `no-driver`. */
  driver(reference: string, type: string): Driver {
    const driver = this.session(reference).driver(type);
    if (!driver) throw noDriver(`resource type ${type}`);
    return driver;
  }
}

function noDriver(what: string): InvalidInput {
  return new InvalidInput(
    diagnostic("no-driver", `the embedded engine has no driver for ${what}`, { hint: "use --engine pulumi" }),
  );
}

/** The package of a type or function token: `auth0` of `auth0:index/eventStream:EventStream`. */
export function packageOf(token: string): string {
  return token.split(":")[0] ?? "";
}
