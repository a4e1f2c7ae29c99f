/** Whose side went wrong: the user's input, the other side, the state on disk, or this program. */
export type Family = "input" | "remote" | "state" | "ours";

/** What a code says of a failure. */
interface CodeEntry {
  family: Family;
  /** The exit code of a command that ends with it; absent for what only follows from another failure. */
  exit: number | undefined;
  means: string;
}

const input = (means: string): CodeEntry => ({ family: "input", exit: 3, means });
const remote = (means: string): CodeEntry => ({ family: "remote", exit: 1, means });
const state = (means: string): CodeEntry => ({ family: "state", exit: 4, means });
/** What was approved is not what would be done. */
const unapproved = (means: string): CodeEntry => ({ family: "input", exit: 5, means });

/**
 * Every code a diagnostic may carry: the one judge of how bad a failure is. `docs/diagnostics.md` has a paragraph for
 * each.
 */
export const CODES = {
  // Getting at manifests
  "bad-flag": input("a flag or argument is wrong"),
  "no-manifest": input("nothing to work on"),
  "file-unreadable": input("a file cannot be read"),
  "file-unwritable": input("a file cannot be written"),
  "url-unreachable": input("a URL gives no manifest"),
  "kustomize-missing": input("no kustomize on PATH"),
  "kustomize-failed": input("kustomize failed"),
  "bad-set": input("a --set cannot be applied"),
  // The text of a manifest
  "yaml-syntax": input("the text is not YAML"),
  "not-a-manifest": input("the document is not a manifest"),
  "wrong-api-version": input("apiVersion is not one of ours"),
  "unknown-kind": input("kind is not one of ours"),
  "kind-spelling": input("kind is written in another way than its name"),
  "unsupported-provisioner": input("another provisioner is asked for"),
  "incomplete-stack-labels": input("the stack labels do not name a stack"),
  "unknown-label": input("a label that looks like one of ours and is none"),
  "missing-field": input("a required field is missing"),
  "unknown-field": input("a field that does not exist"),
  "duplicate-spelling": input("one field in both spellings"),
  "wrong-type": input("a value of the wrong type"),
  "invalid-value": input("a value outside what is allowed"),
  "unquoted-number": input("digits that need quotes"),
  "missing-destination-block": input("the destination's block is missing"),
  "extra-destination-block": input("a block of another destination"),
  "duplicate-subscription": input("a subscription is listed twice"),
  "unknown-event-type": input("an event type Auth0 does not have"),
  "duplicate-filter": input("a log filter is listed twice"),
  "unknown-log-filter": input("a log filter Auth0 does not have"),
  "unknown-log-type": input("a type of tenant log Auth0 does not have"),
  "unknown-region": input("a region Auth0 does not list"),
  "event-bus-without-source": input("an event bus for a destination that has no partner event source"),
  "receiver-without-endpoint": input("a receiver for a destination that posts to no endpoint"),
  "used-twice": input("an address or a folder of two receivers"),
  "invalid-event-pattern": input("EventBridge refuses an event pattern"),
  "too-many-rules": input("more rules than a bus may have by default"),
  "too-many-targets": input("more targets than a rule may have"),
  "conflicting-fields": input("fields that exclude each other"),
  "duplicate-name": input("two rules or targets of one name"),
  "name-too-long": input("a name longer than AWS allows"),
  "archive-name-clash": input("two archives of one name"),
  "wrong-arn": input("the ARN of something else"),
  "wrong-region": input("a resource in another region than the bus"),
  "wrong-account": input("a resource, or credentials, of another AWS account"),
  "never-matches": input("a rule that the stream's events cannot match"),
  "stray-field": input("a field the chosen method ignores"),
  "unresolved-reference": input("a reference leads nowhere"),
  "forbidden-reference": input("a reference to what a manifest may not read"),
  "literal-placeholder": input("a text that looks like a variable, which nothing replaces"),
  "reference-cycle": input("manifests refer to each other in a circle"),
  "duplicate-stack": input("two manifests of one stack"),
  "duplicate-stream-name": input("two manifests of one stream"),
  // Credentials and state
  "invalid-provider-config": input("the provider config is not usable"),
  "missing-credentials": input("Auth0 credentials are missing"),
  "ambiguous-credentials": input("two credentials fit a manifest"),
  "wrong-tenant": input("the credentials are of another Auth0 tenant"),
  "missing-passphrase": input("a passphrase is needed"),
  "wrong-passphrase": input("the passphrase is not the stack's"),
  "unsupported-backend": input("the backend needs the Pulumi CLI"),
  "cli-missing": input("the Pulumi CLI is not there"),
  "sdk-missing": input("the Pulumi SDK is not there"),
  "cli-too-old": input("the Pulumi CLI is too old"),
  "plugin-missing": input("a provider plugin of the Pulumi CLI is missing"),
  "not-logged-in": input("the Pulumi CLI is not logged in"),
  "stack-not-found": input("the stack does not exist"),
  "stack-exists": input("the stack exists already"),
  // Receivers
  "nothing-to-run": input("no manifest has a receiver"),
  "cannot-listen": remote("an address cannot be listened on"),
  "spool-in-use": state("another process has the spool"),
  "spool-unusable": state("the spool cannot be used"),
  "receiver-failed": remote("a receiver cannot go on"),
  "not-verified": remote("a moved stack could not be verified"),
  "state-locked": state("another run holds the stack"),
  "state-unreadable": state("the state file cannot be used"),
  "state-unwritable": state("state cannot be written"),
  // Carrying it out
  "no-driver": input("no driver for a resource type"),
  "check-failed": input("the provider refuses the inputs"),
  "program-failed": remote("the Pulumi program failed"),
  "operation-failed": remote("an operation on a resource failed"),
  "protected-resource": remote("a protected resource would be deleted"),
  "dependency-failed": { family: "remote", exit: undefined, means: "a manifest this one refers to failed" },
  "not-found": remote("nothing of that id or name"),
  "ambiguous-name": remote("several live streams of that name"),
  "plan-outdated": unapproved("an approved plan is of the past"),
  "not-approved": unapproved("a step that the approved plan does not have"),
  interrupted: { family: "input", exit: 130, means: "the run was interrupted" },
  "internal-error": { family: "ours", exit: 70, means: "a bug in this tool" },
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** A diagnostic's stable code; users switch on it, not on the text. */
export type Code = keyof typeof CODES;
