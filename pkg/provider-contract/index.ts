// The contract between the engine and the providers: what the engine asks (check, diff, create, read, update, delete,
// recover) and what a driver answers. Types only: the engine and the providers both stand on it and not on each other.
export type {
  CheckFailure,
  Driver,
  DriverDiff,
  Found,
  InterruptedCreate,
  ProviderPlugin,
  ProviderSession,
} from "./driver.ts";
