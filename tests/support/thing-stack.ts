import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { EmbeddedEngine, OperationOptions, OperationResult, Program } from "../../pkg/engine/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import type { Deployment } from "../../pkg/state/index.ts";
import { temporaryFolder } from "./cli.ts";
import { ThingService } from "./things.ts";

type Record = NonNullable<Deployment["resources"]>[number];

/** A stack `p/dev` of things, on the embedded engine. */
export class ThingStack {
  readonly service = new ThingService();
  readonly id = { project: "p", stack: "dev" };
  readonly engine: EmbeddedEngine;
  readonly #path: string;

  constructor() {
    const folder = temporaryFolder();
    this.#path = join(folder, ".pulumi/stacks/p/dev.json");
    const plugins = [this.service.plugin()];
    this.engine = createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins,
      passphrase: () => "correct-horse",
    });
  }

  up(program: Program, options: OperationOptions = {}): Promise<OperationResult> {
    return this.engine.up({ ...this.id, program }, options);
  }

  preview(program: Program, options: OperationOptions = {}): Promise<OperationResult> {
    return this.engine.preview({ ...this.id, program }, options);
  }

  /** What is on disk. */
  state(): Deployment {
    return this.#file().checkpoint.latest;
  }

  record(name: string): Record | undefined {
    return this.state().resources?.find(({ urn }) => urn.endsWith(`::${name}`));
  }

  /** Writes into the state file, as another tool or a run that was killed would. */
  edit(change: (state: Deployment) => void): void {
    const file = this.#file();
    change(file.checkpoint.latest);
    writeFileSync(this.#path, JSON.stringify(file));
  }

  #file(): { checkpoint: { latest: Deployment } } {
    return JSON.parse(readFileSync(this.#path, "utf8")) as { checkpoint: { latest: Deployment } };
  }
}

/** `create a`, `same b`: what was done, by resources' names. */
export const stepsOf = ({ steps }: OperationResult): string[] =>
  steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
