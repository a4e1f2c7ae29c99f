// The words of Auth0 that several rooms share: codes of tenant logs and filters of log streams. Ground floor: data
// only, imports nothing of ours.
export { LOG_FILTERS, UNLISTED_LOG_FILTERS, logTypes } from "./log-types.ts";
