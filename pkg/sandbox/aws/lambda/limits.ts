import { violates } from "../call-input.ts";

/** What Lambda's API model allows in names, by parameter. */
const PATTERNS = {
  functionName:
    /^(arn:[^:]+:lambda:[^:]*:\d{12}:function:|(\d{12}:)?(function:)?)?[a-zA-Z0-9-_]{1,140}(:(\$LATEST|[a-zA-Z0-9-_]+))?$/,
  statementId: /^[a-zA-Z0-9-_]{1,100}$/,
  action: /^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/,
  principal: /^[^\s]+$/,
  name: /^(?!^[0-9]+$)[a-zA-Z0-9-_]{1,128}$/,
} as const;

/** @throws AwsFault ValidationException for a value that the model does not allow. */
export function checkParameter(name: keyof typeof PATTERNS, value: string): void {
  if (!PATTERNS[name].test(value))
    throw violates(value, name, `satisfy regular expression pattern: ${PATTERNS[name].source}`);
}
