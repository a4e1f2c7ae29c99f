import type { Code } from "../diagnostics/index.ts";
import type * as z from "zod/mini";

/** What a rule found: a place in the manifest, and what to say of it. The manifest room adds line and column. */
export interface Finding {
  code: Code;
  severity?: "error" | "warning";
  /** Steps from the document's root, e.g. `["spec", "subscriptions", 0]`. */
  path: (string | number)[];
  message: string;
  hint?: string;
  /** Point at the key instead of the value. */
  atKey?: boolean;
  /** Fields of which one is missing; the finding counts only if nothing else was said of them, such as a misspelt key. */
  missing?: Finding["path"][];
}

/** A value of which any part may be missing: a manifest while it is being written. */
export type Partially<Value> = Value extends readonly (infer Item)[]
  ? readonly (Partially<Item> | null | undefined)[]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Partially<Value[Key]> | undefined }
    : Value;

/** Documentation of one entry of `status.outputs`. */
export interface OutputDoc {
  type: string;
  description: string;
  /** The block of the spec that it comes with; without it the output is left out. */
  only?: string;
}

/** Something outside that only one manifest of a command may have. */
export interface Claim {
  code: Code;
  /** What must not be claimed twice. */
  key: string;
  path: Finding["path"];
  /** What it is, to a person. */
  message: string;
}

/** The resource at Auth0 that a kind stands for: what `import` adopts, and what its outputs describe. */
interface MainResource {
  /** Pulumi's type. */
  readonly type: string;
  /** What a person calls it, e.g. `event stream`. */
  readonly noun: string;
  /** The form of its ids at Auth0. */
  readonly id: RegExp;
  /** What its ids begin with, e.g. `est_`. */
  readonly idPrefix: string;
  /** What a replacement does, for a person who has to approve it. */
  readonly replacing: string;
}

/**
 * The Pulumi program of a kind: makes the resources of a manifest and gives its `status.outputs`.
 * @param options of Pulumi components, such as `providers`.
 */
export type KindProgram = (
  manifest: { readonly name: string; readonly spec: unknown },
  options: object,
) => Record<string, unknown>;

/** A kind of manifest. */
export interface Kind<Spec = unknown> {
  /** Its name in manifests, and the name of its component class. */
  readonly kind: string;
  readonly summary: string;
  readonly resource: MainResource;
  /** Its program. Loads Pulumi, so it is asked for only when the program runs. */
  program(): Promise<KindProgram>;
  /** Field meta: `secret: true` hides it everywhere, `ref: true` lets it be `{value}` or `{valueFrom}`. */
  readonly spec: z.ZodMiniType<Spec>;
  /** `spec` without blocks that are large and seldom used; it takes every document that has none of them. */
  readonly commonSpec?: z.ZodMiniType;
  readonly outputs: Readonly<Record<string, OutputDoc>>;
  /**
   * What a schema cannot say: rules across fields, and warnings. What is there has its type, and may be the unknown
   * sentinel; values of a wrong type are left out.
   */
  rules(spec: Partially<Spec>): Finding[];
  /** ARNs of what must be there before, such as queues that events go to. The spec has passed schema and rules. */
  existing?(spec: Spec): string[];
  /** What no other manifest of the command may claim. The spec has passed schema and rules. */
  claims?(spec: Spec, name: string): Claim[];
  /** Extra JSON Schema keywords for the spec that zod cannot express. */
  readonly jsonSchemaExtras?: Readonly<Record<string, unknown>>;
}
