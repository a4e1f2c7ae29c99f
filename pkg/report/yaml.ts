// Imported only when YAML is asked for: the library is large, and JSON and text do without it.
export { stringify as toYaml } from "yaml";
