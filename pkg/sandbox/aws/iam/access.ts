/** Who wants to do what: an AWS service on behalf of a resource, or a role it has taken on. */
export interface AccessRequest {
  action: string;
  resource: string;
  /** `events.amazonaws.com`; absent when the identity is a role that the policy is attached to. */
  service?: string;
  /** ARN of the rule that acts. */
  sourceArn: string;
  sourceAccount: string;
  /** Condition keys of the service, in lower case, e.g. `ecs:cluster`. */
  context?: Readonly<Record<string, string>>;
}

interface Statement {
  Effect: string;
  Principal?: unknown;
  Action?: unknown;
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/** Whether policy documents together allow a request: a statement allows it, and none denies it. */
export function isAllowed(documents: readonly (string | undefined)[], request: AccessRequest): boolean {
  const statements = documents.flatMap(statementsOf);
  const matching = statements.filter((statement) => applies(statement, request));
  return matching.some(({ Effect }) => Effect === "Allow") && !matching.some(({ Effect }) => Effect === "Deny");
}

const MAX_REMEMBERED = 200;
const remembered = new Map<string, readonly Statement[]>();

/** The statements of a policy document. The same few documents are asked for with every event. */
function statementsOf(text: string | undefined): readonly Statement[] {
  if (!text) return [];
  let statements = remembered.get(text);
  if (!statements) {
    const { Statement: given = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    statements = Array.isArray(given) ? given : [given];
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, statements);
  }
  return statements;
}

function applies({ Principal, Action, Resource, Condition = {} }: Statement, request: AccessRequest): boolean {
  if (request.service !== undefined && !principalMatches(Principal, request.service)) return false;
  if (!anyMatches(Action, request.action.toLowerCase(), true)) return false;
  if (Resource !== undefined && !anyMatches(Resource, request.resource)) return false;
  const values: Record<string, string> = {
    "aws:sourcearn": request.sourceArn,
    "aws:sourceaccount": request.sourceAccount,
    ...request.context,
  };
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const value = values[key.toLowerCase()];
      // A condition on what the sandbox does not know is not met.
      return value !== undefined && /^(Arn|String)(Equals|Like)/.test(operator) && anyMatches(wanted, value);
    }),
  );
}

function principalMatches(principal: unknown, service: string): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null) return false;
  const { Service, AWS } = principal as { Service?: unknown; AWS?: unknown };
  return AWS === "*" || listOf(Service).includes(service);
}

function anyMatches(patterns: unknown, value: string, ignoreCase = false): boolean {
  return listOf(patterns).some((pattern) => {
    if (pattern === "*" || pattern === value) return true;
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${source}$`, ignoreCase ? "is" : "s").test(value);
  });
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === "string");
}
