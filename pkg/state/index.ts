// Pulumi's own state: checkpoint v3 in the file backend's layout, passphrase secrets, locks, history. What the real
// CLI writes is read here, and what is written here the real CLI continues (facts: Pulumi 3.260, `pkg/backend/diy`).
export { FileBackend } from "./file-backend.ts";
export { parseBackendUrl } from "./backend-url.ts";
export { parseExport } from "./checkpoint-file.ts";
export type { Deployment, HistoryKind, Operation, OperationType, ResourceState, Snapshot, StackRef } from "./types.ts";
export { checkIntegrity, requireWhole } from "./integrity.ts";
export { StackSecrets, ownSalt, passphraseFrom } from "./secrets.ts";
export type { Passphrase } from "./secrets.ts";
export { decrypt, deriveKey, encrypt, newSalt, openSalt } from "./cipher.ts";
export { decodeDeployment, encodeDeployment, withPlaintexts } from "./checkpoint.ts";
