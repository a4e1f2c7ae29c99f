import { sameDocument } from "../../aws/policies/index.ts";
import { UNKNOWN, diffValues } from "../../values/index.ts";
import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import type { Driver, DriverDiff, Found } from "../../provider-contract/index.ts";
import type { AwsAccess, AwsConfig, CommandName, InputOf, OutputOf, Service } from "./access.ts";

/** AWS as one resource sees it: requests go to its own region and account. */
export interface Aws {
  send<S extends Service, C extends CommandName<S>>(
    service: S,
    command: C,
    input: InputOf<S, C>,
  ): Promise<OutputOf<S, C>>;
  region: string;
  signal: AbortSignal;
}

/** What is live of a resource: output properties, those that inputs may set among them. */
type Live = PropertyMap;

/** How one resource type is managed. Property names and ids are those of the official provider 7. */
export interface AwsResourceType {
  /** `aws:cloudwatch/eventBus:EventBus`. */
  type: string;
  /** Inputs that must be given. */
  required: readonly string[];
  /** Inputs whose change makes a new resource. */
  replaceOn: readonly string[];
  /** Inputs that hold JSON documents. */
  documents?: readonly string[];
  /** Output properties that the program can leave out, with AWS's own values. */
  defaults: PropertyMap;
  /** Output properties that are known only once it exists. */
  computed: readonly string[];
  /** The input that gets a random name when left out, and its greatest length. */
  autoName?: { property: string; limit: number };
  /** A global service: outputs have no region. */
  isGlobal?: true;
  /** Whether old and new can exist side by side, given what changed. */
  coexists?: (changed: readonly string[]) => boolean;
  /** What is compared, where that is not the whole: of a shared policy the part that the inputs own. */
  comparable?: (properties: PropertyMap, inputs: PropertyMap) => PropertyMap;
  /** The id, from inputs or outputs. */
  idOf: (properties: PropertyMap) => string;
  create: (inputs: PropertyMap, aws: Aws) => Promise<Live>;
  /** @param old outputs before. */
  update: (inputs: PropertyMap, old: PropertyMap, aws: Aws) => Promise<Live>;
  /** @param old outputs as recorded, and the inputs they came of. */
  delete: (old: PropertyMap, aws: Aws, inputs: PropertyMap) => Promise<void>;
  /** @param known inputs or outputs, or what an id tells. */
  read: (known: PropertyMap, aws: Aws) => Promise<Live | undefined>;
  /** What an id alone tells, for imports and `get`. */
  knownFrom: (id: string) => PropertyMap;
}

/** A driver for one AWS resource type. */
export class AwsDriver implements Driver {
  readonly secretProperties: readonly string[] = [];
  readonly #type: AwsResourceType;
  readonly #access: AwsAccess;
  readonly #config: AwsConfig;

  constructor(type: AwsResourceType, access: AwsAccess, config: AwsConfig) {
    this.#type = type;
    this.#access = access;
    this.#config = config;
  }

  check({ inputs, oldInputs, autoName }: Parameters<Driver["check"]>[0]): ReturnType<Driver["check"]> {
    const { autoName: named, required } = this.#type;
    const checked = { ...inputs };
    if (named && checked[named.property] === undefined)
      checked[named.property] = oldInputs?.[named.property] ?? shortened(autoName, named.limit);
    const missing = required.filter(
      (name) => checked[name] === undefined || checked[name] === null || checked[name] === "",
    );
    return { inputs: checked, failures: missing.map((path) => ({ path, reason: "is missing" })) };
  }

  diff({ oldInputs, oldOutputs, inputs }: Parameters<Driver["diff"]>[0]): DriverDiff {
    const { replaceOn, documents = [], defaults, coexists, comparable = (each) => each, isGlobal } = this.#type;
    const before: PropertyMap = {};
    const after: PropertyMap = {};
    const [old, live, now] = [
      comparable(oldInputs, inputs),
      comparable(oldOutputs, inputs),
      comparable(inputs, inputs),
    ];
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (key.startsWith("__")) continue;
      // What the program once set and sets no longer goes back to AWS's default; what it never set is not ours to judge.
      after[key] = now[key] ?? defaults[key];
      before[key] = Object.hasOwn(live, key) ? live[key] : old[key];
      if (documents.includes(key) && sameDocument(before[key], after[key])) after[key] = before[key];
      if (isNothing(before[key]) && isNothing(after[key])) after[key] = before[key];
    }
    const region = oldOutputs["region"];
    if (!isGlobal && typeof region === "string" && region !== this.#config.region) {
      before["region"] = region;
      after["region"] = this.#config.region;
    }
    const changes = diffValues(before, after);
    const replaces = changes
      .map(({ path }) => path)
      .filter((path) => [...replaceOn, "region"].some((name) => path === name || path.startsWith(`${name}.`)));
    return { changes, replaces, deleteBeforeReplace: !(coexists?.(replaces) ?? false) };
  }

  planCreate(inputs: PropertyMap): PropertyMap {
    const unknown = Object.fromEntries(this.#type.computed.map((name) => [name, UNKNOWN]));
    return this.#outputs({ ...unknown, id: UNKNOWN }, inputs);
  }

  planUpdate(inputs: PropertyMap, oldOutputs: PropertyMap): PropertyMap {
    const kept = Object.fromEntries(["id", ...this.#type.computed].map((name) => [name, oldOutputs[name]]));
    return this.#outputs(kept, inputs);
  }

  async create({ inputs, signal }: Parameters<Driver["create"]>[0]): Promise<{ id: string; outputs: PropertyMap }> {
    const live = await this.#type.create(inputs, this.#aws(signal));
    return this.#found(live, inputs);
  }

  async update({ inputs, oldOutputs, signal }: Parameters<Driver["update"]>[0]): Promise<{ outputs: PropertyMap }> {
    const live = await this.#type.update(inputs, oldOutputs, this.#aws(signal, oldOutputs));
    return { outputs: this.#found(live, inputs).outputs };
  }

  async delete({ id, state, signal }: Parameters<Driver["delete"]>[0]): Promise<void> {
    const known = { ...this.#type.knownFrom(id), ...state?.outputs };
    await this.#type.delete(known, this.#aws(signal, known), state?.inputs ?? {});
  }

  async read({ id, state, signal }: Parameters<Driver["read"]>[0]): Promise<Found | undefined> {
    const known = { ...this.#type.knownFrom(id), ...state?.outputs };
    const live = await this.#type.read(known, this.#aws(signal, known));
    if (!live) return undefined;
    const { outputs } = this.#found(live, {});
    const wanted = Object.keys(state?.inputs ?? {});
    const names = wanted.length > 0 ? wanted : Object.keys(outputs).filter((name) => !this.#isOutputOnly(name));
    const inputs = Object.fromEntries(
      names.filter((name) => !name.startsWith("__")).map((name) => [name, outputs[name]]),
    );
    return { id, inputs, outputs };
  }

  async recover({
    inputs,
    signal,
  }: Parameters<Driver["recover"]>[0]): Promise<{ id: string; outputs: PropertyMap } | undefined> {
    const live = await this.#type.read(inputs, this.#aws(signal));
    return live && this.#found(live, inputs);
  }

  async resolve(idOrName: string): Promise<string | undefined> {
    return idOrName;
  }

  #isOutputOnly(name: string): boolean {
    return name === "id" || name === "region" || name === "tagsAll" || this.#type.computed.includes(name);
  }

  /** Where the resource is: one that has a region of its own stays in it. Nothing is asked of a wrong account. */
  #aws(signal: AbortSignal, old: PropertyMap = {}): Aws {
    const region = typeof old["region"] === "string" ? old["region"] : this.#config.region;
    const config: AwsConfig = { ...this.#config, region };
    const access = this.#access;
    return {
      send: async (service, command, input) => {
        if (config.account !== undefined) await access.account(config, signal);
        return access.send(config, service, command, input, signal);
      },
      region,
      signal,
    };
  }

  #found(live: Live, inputs: PropertyMap): { id: string; outputs: PropertyMap } {
    const outputs = this.#outputs(live, inputs);
    const id = this.#type.idOf(outputs);
    return { id, outputs: { ...outputs, id } };
  }

  #outputs(live: Live, inputs: PropertyMap): PropertyMap {
    const { defaults, isGlobal } = this.#type;
    const { region } = this.#config;
    const outputs: PropertyMap = { ...defaults, ...inputs, ...(isGlobal ? {} : { region }), ...live };
    if (Object.hasOwn(defaults, "tags")) outputs["tagsAll"] = outputs["tags"] ?? {};
    return outputs;
  }
}

/** Absent, empty text, empty map or list: AWS does not tell them apart. */
function isNothing(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Cuts the readable part of a random name so that the whole fits; the random end stays. */
function shortened(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const end = name.slice(name.lastIndexOf("-"));
  return name.slice(0, limit - end.length).replace(/-+$/, "") + end;
}

/** A text property; `undefined` when it is absent or empty. */
export function text(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A text property that must be there. */
export function needed(properties: PropertyMap, name: string): string {
  const value = text(properties[name]);
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

/** A map of texts, such as tags. */
export function textMap(value: PropertyValue | undefined): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(entries);
}
