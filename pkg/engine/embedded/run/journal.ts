import type { Operation, OperationType, ResourceState, Snapshot } from "../../../state/index.ts";

/**
 * The stack's state while an operation runs: what was there, what has been settled, what is under way. Before anything
 * remote changes, the intention is on disk; after it, the result. A kill at any point leaves a file from which the next
 * run can tell what may have happened.
 */
export class Journal {
  readonly #old: ResourceState[];
  readonly #settled = new Set<ResourceState>();
  readonly #new: ResourceState[] = [];
  readonly #pending = new Set<Operation>();
  /** Operations that earlier runs began and whose outcome is not known. */
  readonly #interrupted: Set<Operation>;
  readonly #write: (snapshot: Snapshot) => Promise<void>;
  #renames = new Map<string, string>();
  #writing: Promise<void> = Promise.resolve();
  #isDirty = false;

  /** @param write stores a snapshot durably; absent in a preview, which changes nothing. */
  constructor(before: Snapshot, write: (snapshot: Snapshot) => Promise<void> = async () => {}) {
    this.#old = [...before.resources];
    this.#interrupted = new Set(before.pending);
    this.#write = write;
  }

  /** What was there before, and is not settled yet. */
  unsettled(): ResourceState[] {
    return this.#old.filter((resource) => !this.#settled.has(resource));
  }

  /** What was there before under a URN, unless it is settled; copies that a replacement left behind do not count. */
  before(urn: string): ResourceState | undefined {
    return this.#old.find((resource) => resource.urn === urn && !resource.delete && !this.#settled.has(resource));
  }

  /** What this run has put in place. */
  settled(): readonly ResourceState[] {
    return this.#new;
  }

  /** Records a resource as it is now; `old` is the record it supersedes. */
  put(resource: ResourceState, old?: ResourceState): void {
    this.#new.push(resource);
    if (old) {
      this.#settled.add(old);
      if (old.urn !== resource.urn) this.#renames.set(old.urn, resource.urn);
    }
    this.#isDirty = true;
  }

  /** Replaces a record in place (outputs of a component that registered them later). */
  replace(before: ResourceState, after: ResourceState): void {
    const index = this.#new.indexOf(before);
    if (index >= 0) this.#new[index] = after;
    this.#isDirty = true;
  }

  /** Replaces an old record that stays unsettled (an old copy now marked for deletion, a refreshed resource). */
  amend(before: ResourceState, after: ResourceState): void {
    const index = this.#old.indexOf(before);
    if (index >= 0) this.#old[index] = after;
    this.#isDirty = true;
  }

  /** Adds a record that should have been there before this run: a resource that an interrupted run made. */
  adopt(resource: ResourceState): void {
    this.#old.push(resource);
    this.#isDirty = true;
  }

  /** Forgets an old record. */
  drop(old: ResourceState): void {
    this.#settled.add(old);
    this.#isDirty = true;
  }

  /** Writes down what is about to be done to a resource, before it is done. */
  async begin(type: OperationType, resource: ResourceState): Promise<Operation> {
    const operation: Operation = { type, resource };
    this.#pending.add(operation);
    this.#isDirty = true;
    await this.save();
    return operation;
  }

  /** The operation has ended and its effect is in the records. The next {@link save} stores both at once. */
  end(operation: Operation): void {
    this.takeBack(operation);
    for (const earlier of this.interrupted(operation.type, operation.resource.urn)) this.forget(earlier);
  }

  /** The operation had no effect. What earlier runs began of its kind stays on record. */
  takeBack(operation: Operation): void {
    this.#pending.delete(operation);
    this.#isDirty = true;
  }

  /** Operations of earlier runs that stay on record until they are settled. @param urn of all resources when absent. */
  interrupted(type: OperationType, urn?: string): Operation[] {
    const now = (resource: ResourceState): string => this.#renames.get(resource.urn) ?? resource.urn;
    return [...this.#interrupted].filter(
      (each) => each.type === type && (urn === undefined || now(each.resource) === urn),
    );
  }

  /** An operation of an earlier run is settled. */
  forget(operation: Operation): void {
    this.#interrupted.delete(operation);
    this.#isDirty = true;
  }

  /** Makes the next {@link save} write even if nothing seems changed: the end of an operation is always recorded. */
  touch(): void {
    this.#isDirty = true;
  }

  /** Stores the present state; returns when it is on disk. Concurrent calls share writes. */
  save(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#isDirty) return;
      this.#isDirty = false;
      await this.#write(this.snapshot());
    });
    return this.#writing;
  }

  /** The state as it stands: what is new, then what is left of the old. */
  snapshot(): Snapshot {
    const rename = (resource: ResourceState): ResourceState => renamed(resource, this.#renames);
    const resources = [...this.#new, ...this.unsettled().map(rename)];
    const present = new Set(resources.map(({ urn }) => urn));
    return {
      resources: resources.map((each) => withoutGone(each, present)),
      pending: [...this.#interrupted, ...this.#pending],
    };
  }
}

/**
 * A record that names only resources that are there: what it depended on may have been deleted ahead of its
 * replacement, or be gone from the live side. The program says all of it again.
 */
function withoutGone(resource: ResourceState, present: ReadonlySet<string>): ResourceState {
  const { dependencies = [], propertyDependencies = {}, deletedWith } = resource;
  const isGone = (urn: string): boolean => !present.has(urn);
  const named = [...dependencies, ...Object.values(propertyDependencies).flat(), ...(deletedWith ? [deletedWith] : [])];
  if (!named.some(isGone)) return resource;
  const keep = (urns: readonly string[]): string[] => urns.filter((urn) => present.has(urn));
  const { deletedWith: _, ...rest } = resource;
  return {
    ...rest,
    dependencies: keep(dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([name, urns]) => [name, keep(urns)]),
    ),
    ...(deletedWith && present.has(deletedWith) ? { deletedWith } : {}),
  };
}

/** A record in which renamed resources are called by their new URN (aliases). */
function renamed(resource: ResourceState, renames: ReadonlyMap<string, string>): ResourceState {
  if (renames.size === 0) return resource;
  const now = (urn: string): string => renames.get(urn) ?? urn;
  const result = { ...resource };
  if (resource.parent) result.parent = now(resource.parent);
  if (resource.deletedWith) result.deletedWith = now(resource.deletedWith);
  if (resource.dependencies) result.dependencies = resource.dependencies.map(now);
  if (resource.provider) {
    const cut = resource.provider.lastIndexOf("::");
    result.provider = now(resource.provider.slice(0, cut)) + resource.provider.slice(cut);
  }
  if (resource.propertyDependencies) {
    result.propertyDependencies = Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([key, urns]) => [key, urns.map(now)]),
    );
  }
  return result;
}
