import { sameDocument } from "../../aws/policies/index.ts";
import { isRemoteFailure } from "../../diagnostics/index.ts";
import type { Driver, DriverDiff, Found, InterruptedCreate } from "../../provider-contract/index.ts";
import { UNKNOWN, diffValues } from "../../values/index.ts";
import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import { retry } from "../retry.ts";
import type { AwsAccess, AwsConfig, CommandName, InputOf, OutputOf, Service } from "./access.ts";
import { AwsError } from "./errors.ts";

/** AWS as one resource sees it: requests go to its own region and account. */
export interface Aws {
  send<S extends Service, C extends CommandName<S>>(
    service: S,
    command: C,
    input: InputOf<S, C>,
  ): Promise<OutputOf<S, C>>;
  /** Repeats work while AWS has not yet seen what was just made, ever slower. @param tries five when left out. */
  retry<T>(work: () => Promise<T>, isTransient: (error: unknown) => boolean, tries?: number): Promise<T>;
  region: string;
}

/** How far AWS's clock may be from ours when we ask whether a resource is the one we made. */
const CLOCK_SKEW_MS = 5 * 60_000;

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
  /**
   * Whether a live resource of the wanted name may be one that a create with these inputs made, beyond what `replaceOn`
   * compares. Absent where a name alone identifies the resource.
   */
  isOurs?: (live: PropertyMap, inputs: PropertyMap) => boolean;
  /** When a live resource was made; `undefined` when AWS does not say. Only where a name may be taken by others. */
  madeAt?: (known: PropertyMap, aws: Aws) => Promise<Date | undefined>;
  /** The id, from inputs or outputs. */
  idOf: (properties: PropertyMap) => string;
  create: (inputs: PropertyMap, aws: Aws) => Promise<Live>;
  /** @param old outputs before. */
  update: (inputs: PropertyMap, old: PropertyMap, aws: Aws) => Promise<Live>;
  /** @param old outputs as recorded, and the inputs they came of. */
  delete: (old: PropertyMap, aws: Aws, inputs: PropertyMap) => Promise<void>;
  /** @param known inputs or outputs, or what is known from an id. */
  read: (known: PropertyMap, aws: Aws) => Promise<Live | undefined>;
  /** The properties that an id contains, for imports and `get`. */
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

  async create(request: Parameters<Driver["create"]>[0]): Promise<{ id: string; outputs: PropertyMap }> {
    const { inputs, interrupted = [], signal } = request;
    const since = new Date(this.#access.clock.now());
    try {
      return this.#found(await this.#type.create(inputs, this.#aws(signal)), inputs);
    } catch (error) {
      if (!isRemoteFailure(error)) throw error;
      // The SDK sends again what got no answer, and its second request meets what its first one made.
      const isRepeated = error instanceof AwsError && error.attempts > 1;
      const earlier = isRepeated ? [...interrupted, { inputs, since }] : interrupted;
      const adopted = await this.#adopt(inputs, earlier, signal);
      if (adopted) return adopted;
      throw error;
    }
  }

  /** What an earlier create has made, brought in line with the inputs; `undefined` when there is no such thing. */
  async #adopt(
    inputs: PropertyMap,
    earlier: readonly InterruptedCreate[],
    signal: AbortSignal,
  ): Promise<{ id: string; outputs: PropertyMap } | undefined> {
    for (const each of earlier.toReversed()) {
      const found = await this.recover({ ...each, signal });
      if (!found) continue;
      const { changes, replaces } = this.diff({ oldInputs: each.inputs, oldOutputs: found.outputs, inputs });
      if (changes.length === 0) return found;
      // What cannot be changed in place is replaced by the next run, which finds it on record.
      if (replaces.length > 0) continue;
      return this.#found(await this.#type.update(inputs, found.outputs, this.#aws(signal)), inputs);
    }
    return undefined;
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
    since,
    signal,
  }: Parameters<Driver["recover"]>[0]): Promise<{ id: string; outputs: PropertyMap } | undefined> {
    const aws = this.#aws(signal);
    const live = await this.#type.read(inputs, aws);
    if (!live) return undefined;
    const found = this.#found(live, inputs);
    const { replaces } = this.diff({ oldInputs: inputs, oldOutputs: found.outputs, inputs });
    if (replaces.length > 0 || this.#type.isOurs?.(live, inputs) === false) return undefined;
    const madeAt = await this.#type.madeAt?.(found.outputs, aws);
    return madeAt && madeAt.getTime() < since.getTime() - CLOCK_SKEW_MS ? undefined : found;
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
      retry: (work, isTransient, tries = 5) => {
        const delays = Array.from({ length: tries - 1 }, (_, attempt) => 100 * 3 ** attempt);
        return retry(work, { isTransient, delays, clock: access.clock, signal });
      },
      region,
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
