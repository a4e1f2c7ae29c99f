/**
 * Name of the stack output that says which tenant a stack was applied to. An output, because both engines record outputs
 * and the Pulumi CLI keeps them.
 */
export const TENANT_OUTPUT = "auth0Domain";
