import { UNKNOWN } from "../../values/index.ts";
import type { Claim, Finding, Partially } from "../kind.ts";
import type { ReceiverSpec } from "./schema.ts";
import { SINK_KINDS, kindsGiven, nameOfSink } from "./sinks.ts";
import type { SinkSpec } from "./sinks.ts";

type Path = Finding["path"];

/** Address of the operations' port where the manifest gives none: the usual one of Prometheus exporters. */
export const OPERATIONS_ADDRESS = "127.0.0.1:9464";

/** A receiver belongs to a destination that posts to an endpoint of ours. @param type that destination. */
export function receiverFindings(
  spec: { readonly destinationType?: string | undefined; readonly receiver?: Partially<ReceiverSpec> | undefined },
  type: "webhook" | "http",
): Finding[] {
  const path = ["spec", "receiver"];
  if (!spec.receiver) return [];
  if (spec.destinationType === undefined || spec.destinationType === type) return receiverRules(spec.receiver, path);
  return [
    {
      code: "receiver-without-endpoint",
      path,
      atKey: true,
      message: `receiver is given, but destinationType is ${spec.destinationType}`,
      hint: `only a ${type} destination posts to an endpoint; remove receiver`,
    },
  ];
}

/** What the schema of a receiver cannot say. */
function receiverRules(receiver: Partially<ReceiverSpec>, path: Path): Finding[] {
  const { listen, operations = OPERATIONS_ADDRESS, sinks = [] } = receiver;
  const same: Finding[] =
    listen === operations && isFixed(listen)
      ? [{ code: "conflicting-fields", path: [...path, "listen"], message: `listen and operations are both ${listen}` }]
      : [];
  return [
    ...port(listen, [...path, "listen"]),
    ...port(receiver.operations, [...path, "operations"]),
    ...same,
    ...sinks.flatMap((sink, index) => (sink ? oneKind(sink, [...path, "sinks", index]) : [])),
    ...names(sinks, [...path, "sinks"]),
  ];
}

/** Addresses and folders that only one receiver may have. */
export function receiverClaims(receiver: ReceiverSpec, path: Path, name: string): Claim[] {
  const claim = (what: string, value: string, at: Path): Claim[] =>
    value === UNKNOWN ? [] : [{ code: "used-twice", key: `${what} ${value}`, path: at, message: `${what} ${value}` }];
  const directory = receiver.spool?.directory ?? `spool/${name}`;
  return [
    ...(isFixed(receiver.listen) ? claim("address", receiver.listen, [...path, "listen"]) : []),
    ...claim("folder", directory, receiver.spool?.directory ? [...path, "spool", "directory"] : path),
    ...receiver.sinks.flatMap((sink, index) => {
      const [kind] = kindsGiven(sink);
      if (kind !== "files" && kind !== "csv") return [];
      return claim("folder", sink[kind]?.directory ?? UNKNOWN, [...path, "sinks", index, kind, "directory"]);
    }),
  ];
}

/** Port 0 is whichever is free. */
function isFixed(address: string): boolean {
  return address !== UNKNOWN && !address.endsWith(":0");
}

function port(address: string | undefined, path: Path): Finding[] {
  if (typeof address !== "string" || address === UNKNOWN) return [];
  const number = Number(/:(\d+)$/.exec(address)?.[1]);
  if (!(number > 65_535)) return [];
  return [{ code: "invalid-value", path, message: `port ${number} is beyond 65535` }];
}

function oneKind(sink: Partially<SinkSpec>, path: Path): Finding[] {
  const given = kindsGiven(sink);
  if (given.length === 1) return [];
  if (given.length === 0)
    return [
      {
        code: "missing-field",
        path,
        message: "this sink has no kind",
        hint: `add one of ${SINK_KINDS.join(", ")}`,
        missing: SINK_KINDS.map((kind) => [...path, kind]),
      },
    ];
  return [
    {
      code: "conflicting-fields",
      path: [...path, given[1] ?? ""],
      atKey: true,
      message: `a sink has one kind; this one has ${given.join(" and ")}`,
      hint: "make a sink of each",
    },
  ];
}

function names(sinks: readonly (Partially<SinkSpec> | null | undefined)[], path: Path): Finding[] {
  const seen = new Set<string>();
  return sinks.flatMap((sink, index): Finding[] => {
    const name = nameOfSink(sink ?? {});
    if (name === "" || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    const at = sink?.name === undefined ? [...path, index] : [...path, index, "name"];
    const hint = sink?.name === undefined ? "give it a name" : "names go with places in the spool: choose another";
    return [{ code: "duplicate-name", path: at, message: `there is already a sink "${name}"`, hint }];
  });
}
