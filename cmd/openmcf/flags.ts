/** How results are printed. */
type OutputFormat = "human" | "json" | "yaml" | "markdown";

/** Flags of every command that prints. */
export interface OutputFlags {
  output: OutputFormat;
  color?: boolean;
}

/** Where manifests come from. */
export interface SourceFlags extends OutputFlags {
  manifest?: string[];
  recursive?: boolean;
  inputDir?: string;
  stackInput?: string;
  kustomizeDir?: string;
  overlay?: string;
  set?: string[];
  allowEnv?: string[];
  allowFiles?: string[];
  strict?: boolean;
  /** Manifests given without -f. */
  paths?: string[];
}

/** Where state is, and what to run against. */
export interface BackendFlags extends SourceFlags {
  backend?: string;
  engine?: string;
  sandbox?: boolean;
  fault?: string[];
  stack?: string;
}

/** Everything that `plan`, `apply`, `destroy`, `refresh` and `import` take. */
export interface RunFlags extends BackendFlags {
  providerConfig?: string[];
  allowTenantChange?: boolean;
  parallel?: string;
  refresh?: boolean;
  target?: string[];
  yes?: boolean;
  destroy?: boolean;
  detailedExitcode?: boolean;
  previewOnly?: boolean;
  jsonEvents?: string;
  /** Where `plan` writes the plan. */
  out?: string;
  /** The saved plan that `apply` and `destroy` carry out. */
  plan?: string;
  id?: string;
}
