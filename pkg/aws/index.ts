// The words of AWS that several rooms share: ARNs, event patterns, policy documents. Ground floor: pure, imports
// nothing of ours, and no AWS SDK.
export { parseArn } from "./arn.ts";
