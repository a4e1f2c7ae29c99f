// AWS policy documents: comparing them, and changing the statements that are ours in a policy that others use too.
// Pure, on texts.
export { OUR_SID, mergedPolicy, ownStatements, parsePolicy, sameDocument } from "./documents.ts";
export type { PolicyDocument, Statement } from "./documents.ts";
