import { TENANT, newId } from "./model.ts";

/** A CloudEvent as Auth0 sends it: CloudEvents 1.0 with Auth0's own attributes. */
export interface CloudEvent extends Record<string, unknown> {
  specversion: "1.0";
  type: string;
  source: string;
  id: string;
  time: string;
  data: { object: object; previous_object?: object };
  a0tenant: string;
  a0stream: string;
}

/** Makes an event of a type, with made-up content. @param number makes one event's people differ from another's. */
export function sampleEvent(type: string, streamId: string, number = 1): CloudEvent {
  const time = new Date().toISOString();
  return {
    specversion: "1.0",
    type,
    source: `urn:auth0:${TENANT}.localhost`,
    id: newId("evt"),
    time,
    data: { object: objectOf(type, number, time) },
    a0tenant: TENANT,
    a0stream: streamId,
  };
}

function objectOf(type: string, number: number, time: string): object {
  const user = {
    user_id: `auth0|${String(number).padStart(24, "0")}`,
    email: `user${number}@example.com`,
    email_verified: true,
    name: `User ${number}`,
    created_at: time,
    updated_at: time,
  };
  const organization = {
    id: `org_${String(number).padStart(16, "0")}`,
    name: `organization-${number}`,
    display_name: `Organization ${number}`,
  };
  const group = { id: `grp_${String(number).padStart(16, "0")}`, name: `group-${number}` };
  const connection = { id: `con_${String(number).padStart(16, "0")}`, name: `connection-${number}`, strategy: "auth0" };
  const role = { id: `rol_${String(number).padStart(16, "0")}`, name: `role-${number}` };
  const [subject, part] = type.split(".");
  if (subject === "user") return user;
  if (subject === "connection") return connection;
  if (subject === "group")
    return part === "member" ? { group, member: user } : part === "role" ? { group, role } : group;
  if (subject !== "organization") return { id: String(number) };
  if (part === "member") return type.includes(".role.") ? { organization, user, role } : { organization, user };
  if (part === "connection") return { organization, connection };
  return part === "group" ? { organization, group, role } : organization;
}
