import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import proto from "@pulumi/pulumi/proto/resource_pb.js";
import type { PropertyMap, PropertyValue } from "../../../values/index.ts";
import type { Alias, Goal } from "../plan/goal.ts";
import type { EngineServices } from "../../engine.ts";
import { StepFailed } from "../step-failed.ts";

/** What the monitor asks of the engine, in plain terms. */
export interface MonitorHandler {
  context: { organization: string; project: string; stack: string; preview: boolean };
  register(goal: Goal): Promise<{ urn: string; id?: string; outputs: PropertyMap }>;
  registerOutputs(urn: string, outputs: PropertyMap): Promise<void>;
  read(request: ReadGoal): Promise<{ urn: string; outputs: PropertyMap }>;
  invoke(token: string, args: PropertyMap, provider: string, version: string): Promise<PropertyMap>;
  /** A message the program logged, at level info or above. */
  log(severity: "info" | "warning" | "error", message: string, urn: string): void;
}

/** A ReadResource request (`EventStream.get`). */
export interface ReadGoal {
  type: string;
  name: string;
  parent: string;
  id: string;
  inputs: PropertyMap;
  dependencies: string[];
  provider: string;
  version: string;
  additionalSecretOutputs: string[];
}

// The generated modules are CommonJS without names that Node can see: they come as their default export.
const { Empty } = emptyProto;
const { Struct } = structProto;
type Empty = InstanceType<typeof Empty>;
type Struct = InstanceType<typeof Struct>;

type Callback<T> = (error: Error | null, response?: T) => void;

/** gRPC's UNKNOWN. The SDK takes UNAVAILABLE and CANCELLED for the end of the engine, and goes silent. */
const UNKNOWN_STATUS = 2;
const UNIMPLEMENTED_STATUS = 12;

const FEATURES = proto.ResourceMonitorFeature;
/** What this engine can do. Without SECRETS the SDK would send secrets in clear. */
const SUPPORTED = [
  FEATURES.RESOURCE_MONITOR_FEATURE_SECRETS,
  FEATURES.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  FEATURES.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  FEATURES.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
];

/** Pulumi's ResourceMonitor and Engine services, as the SDK's clients call them: `(request, callback)`. */
export function createServices(handler: MonitorHandler): EngineServices {
  let rootUrn = "";
  const monitor = {
    getDeploymentInfo(_: unknown, done: Callback<proto.DeploymentInfo>): void {
      const { organization, project, stack, preview } = handler.context;
      const info = new proto.DeploymentInfo();
      info.setOrganization(organization);
      info.setProject(project);
      info.setStack(stack);
      info.setDryrun(preview);
      info.setSupportedfeaturesList(SUPPORTED);
      done(null, info);
    },
    supportsFeature(request: proto.SupportsFeatureRequest, done: Callback<proto.SupportsFeatureResponse>): void {
      const response = new proto.SupportsFeatureResponse();
      response.setHassupport(["secrets", "resourceReferences", "aliasSpecs", "deletedWith"].includes(request.getId()));
      done(null, response);
    },
    registerResource(request: proto.RegisterResourceRequest, done: Callback<proto.RegisterResourceResponse>): void {
      answer(done, async () => {
        const { urn, id, outputs } = await handler.register(goalOf(request));
        const response = new proto.RegisterResourceResponse();
        response.setUrn(urn);
        if (id !== undefined) response.setId(id);
        response.setObject(toStruct(outputs));
        return response;
      });
    },
    registerResourceOutputs(request: proto.RegisterResourceOutputsRequest, done: Callback<Empty>): void {
      answer(done, async () => {
        await handler.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
        return new Empty();
      });
    },
    readResource(request: proto.ReadResourceRequest, done: Callback<proto.ReadResourceResponse>): void {
      answer(done, async () => {
        const { urn, outputs } = await handler.read({
          type: request.getType(),
          name: request.getName(),
          parent: request.getParent(),
          id: request.getId(),
          inputs: fromStruct(request.getProperties()),
          dependencies: request.getDependenciesList(),
          provider: request.getProvider(),
          version: request.getVersion(),
          additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        });
        const response = new proto.ReadResourceResponse();
        response.setUrn(urn);
        response.setProperties(toStruct(outputs));
        return response;
      });
    },
    invoke(request: proto.ResourceInvokeRequest, done: Callback<unknown>): void {
      answer(done, async () => {
        const result = await handler.invoke(
          request.getTok(),
          fromStruct(request.getArgs()),
          request.getProvider(),
          request.getVersion(),
        );
        const response = new proto.ResourceInvokeResponse();
        response.setReturn(toStruct(result));
        return response;
      });
    },
    registerPackage: refuse("parameterized packages"),
    call: refuse("remote component methods"),
    registerStackTransform: refuse("transforms"),
    registerStackInvokeTransform: refuse("transforms"),
    registerResourceHook: refuse("resource hooks"),
    registerErrorHook: refuse("error hooks"),
    signalAndWaitForShutdown: (_: unknown, done: Callback<Empty>): void => done(null, new Empty()),
    close(): void {},
  };
  const engine = {
    log(request: engineProto.LogRequest, done: Callback<Empty>): void {
      // Debug messages carry secrets in clear (the SDK logs whole requests): they go nowhere.
      const severity = (["debug", "info", "warning", "error"] as const)[request.getSeverity()];
      if (severity && severity !== "debug") handler.log(severity, request.getMessage(), request.getUrn());
      done(null, new Empty());
    },
    getRootResource(_: unknown, done: Callback<engineProto.GetRootResourceResponse>): void {
      const response = new engineProto.GetRootResourceResponse();
      response.setUrn(rootUrn);
      done(null, response);
    },
    setRootResource(
      request: engineProto.SetRootResourceRequest,
      done: Callback<engineProto.SetRootResourceResponse>,
    ): void {
      rootUrn = request.getUrn();
      done(null, new engineProto.SetRootResourceResponse());
    },
    requirePulumiVersion: refuse("requirePulumiVersion"),
    startDebugging: (_: unknown, done: Callback<Empty>): void => done(null, new Empty()),
    close(): void {},
  };
  return { monitor, engine };
}

function answer<T>(done: Callback<T>, work: () => Promise<T>): void {
  work().then(
    (response) => done(null, response),
    (error: unknown) => {
      const details =
        error instanceof StepFailed ? error.details : error instanceof Error ? error.message : String(error);
      done(Object.assign(new Error(details), { code: UNKNOWN_STATUS, details }));
    },
  );
}

function refuse(what: string): (request: unknown, done: Callback<never>) => void {
  return (_, done) => {
    const message = `the embedded engine does not support ${what}; use --engine pulumi`;
    done(Object.assign(new Error(message), { code: UNIMPLEMENTED_STATUS, details: message }));
  };
}

function fromStruct(struct: Struct | undefined): PropertyMap {
  return struct?.toJavaScript() ?? {};
}

function toStruct(properties: PropertyMap): Struct {
  return Struct.fromJavaScript(withoutAbsent(properties) as never);
}

/** The wire has no word for `undefined`. */
function withoutAbsent(value: PropertyValue): PropertyValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutAbsent);
  const entries = Object.entries(value).flatMap(([key, each]) =>
    each === undefined ? [] : [[key, withoutAbsent(each)] as const],
  );
  return Object.fromEntries(entries);
}

function goalOf(request: proto.RegisterResourceRequest): Goal {
  const propertyDependencies: Record<string, string[]> = {};
  request
    .getPropertydependenciesMap()
    .forEach((dependencies: proto.RegisterResourceRequest.PropertyDependencies, key: string) => {
      propertyDependencies[key] = dependencies.getUrnsList();
    });
  const timeouts = timeoutsOf(request.getCustomtimeouts());
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: fromStruct(request.getObject()),
    protect: request.getProtect() ?? false,
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    provider: request.getProvider(),
    version: request.getVersion(),
    ...(request.getDeletebeforereplacedefined() ? { deleteBeforeReplace: request.getDeletebeforereplace() } : {}),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [...request.getAliasurnsList().map((urn): Alias => ({ urn })), ...request.getAliasesList().map(aliasOf)],
    importId: request.getImportid(),
    ...(timeouts ? { customTimeouts: timeouts } : {}),
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: request.getDeletedwith(),
  };
}

type WireAlias = ReturnType<proto.RegisterResourceRequest["getAliasesList"]>[number];

function aliasOf(alias: WireAlias): Alias {
  const spec = alias.getSpec();
  if (!spec) return { urn: alias.getUrn() };
  return {
    ...(spec.getName() ? { name: spec.getName() } : {}),
    ...(spec.getType() ? { type: spec.getType() } : {}),
    ...(spec.getStack() ? { stack: spec.getStack() } : {}),
    ...(spec.getProject() ? { project: spec.getProject() } : {}),
    ...(spec.hasParenturn() ? { parent: spec.getParenturn() } : {}),
    ...(spec.getNoparent() ? { noParent: true } : {}),
  };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

function timeoutsOf(wire: proto.RegisterResourceRequest.CustomTimeouts | undefined): Goal["customTimeouts"] {
  const entries = Object.entries({ create: wire?.getCreate(), update: wire?.getUpdate(), delete: wire?.getDelete() })
    .map(([name, text]) => [name, seconds(text ?? "")] as const)
    .filter(([, value]) => value > 0);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** A Go duration such as `1h30m` in seconds; 0 when it is none. */
function seconds(text: string): number {
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? 0),
    0,
  );
}
