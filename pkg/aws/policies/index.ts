// AWS policy documents: comparing them, and changing the statements that are ours in a policy that others use too.
// Pure, on texts.
export { OUR_SID, mergedPolicy, ownPart, ownSid, sameDocument, withStatement } from "./documents.ts";
export type { Statement } from "./documents.ts";
