// Types of Auth0 tenant logs. From Auth0's documents "Log Event Type Codes" and "Tenant logs schema" (August 2026).

/** One type of tenant log. */
interface LogType {
  /** Its code, the `type` of a record, e.g. `s`. */
  code: string;
  /** The filter of a log stream that lets it through; empty where Auth0 documents none. */
  filter: string;
  /** Its name in Auth0's dashboard. */
  title: string;
  /** What it means; empty where the title says it. */
  description: string;
  /** A prioritized log stream carries it. */
  isPrioritized: boolean;
}

/** code | filter | title | description */
const TABLE = `
acls_summary | other | Network ACLs Summary | Shows the summary of the network ACLs matches for a period of time
actions_execution_failed | actions | Actions Execution Failed | Execution of an Action failed
acul_sdk_notice | system.notification | ACUL SDK Notice | ACUL SDK notification
admin_update_launch | system.notification | Auth0 Update Launched
api_limit | system.notification | Rate Limit on the Authentication or Management APIs | The maximum number of requests to the Authentication or Management APIs in a given time has been reached.
api_limit_warning | system.notification | Rate Limit Warning on the Authentication or Management APIs | The limit of requests to the Authentication or Management APIs in given time is about to be reached.
appi | system.notification | Notice for API Peak Performance initiated | Increases the Elevated Public Authentication API Limits by the 100 RPS multiple purchased by the customer for up to 48 hours per month. For more information, see Public performance rate limit policy.
ciba_exchange_failed | auth.token_exchange.fail | Failed CIBA Exchange | Failed to exchange AuthReqId for Access Token
ciba_exchange_succeeded | auth.token_exchange.success | Successful CIBA Exchange | Successful exchange of AuthReqId for Access Token
ciba_start_failed | other | Failed CIBA Start | Client-Initiated Backchannel Authentication Flow failed to be initiated.
ciba_start_succeeded | other | Successful CIBA Start | Client-Initiated Backchannel Authentication Flow has been successfully initiated.
cls | other | Code/Link Sent | Passwordless login code/link has been sent
coff | system.notification | AD/LDAP Connector is offline
con | system.notification | AD/LDAP Connector is online and working
connected_accounts_connection_failed | user.fail | Failed Connected Account Connection | User failed to connect a third-party account
connected_accounts_connection_succeeded | user.success | Successful Connected Account Connection | User successfully connected a third-party account
connected_accounts_delete_failed | user.fail | Failed Connected Account Delete | User failed to delete a connected third-party account
connected_accounts_delete_succeeded | user.success | Successful Connected Account Delete | User successfully deleted a connected third-party account
cs | user.notification | Code Sent | Passwordless login code has been sent
custom_domain_verification_failed | system.notification | Custom Domain Verification Failed | Unable to verify a custom domain
depnote | system.notification | Deprecation Notice
directory_sync_completed | system.notification | Inbound Directory Sync Completed
directory_sync_failed | system.notification | Inbound Directory Sync Failed
directory_sync_started | system.notification | Inbound Directory Sync Started
du | - | Deleted User
f | auth.login.fail | Failed Login
failed_on_behalf_of_token_exchange | auth.token_exchange.fail | Failed Exchange | Failed Exchange via On-Behalf-Of Token Exchange
fapi | - | Failed API Operation
fc | auth.login.fail | Failed by Connector
fce | user.fail | Failed Change Email | Failed to change user email
fco | other | Failed by CORS | Origin is not in the Allowed Origins list for the specified application
fcoa | auth.login.fail | Failed cross-origin authentication
fcp | user.fail | Failed Change Password
fcph | user.fail | Failed Post Change Password Hook
fcpn | user.fail | Failed Change Phone Number
fcpr | user.fail | Failed Change Password Request
fcpro | system.notification | Failed Connector Provisioning | Failed to provision an AD/LDAP connector
fcu | user.fail | Failed Change Username | Failed to change username
fd | user.fail | Failed Delegation | Failed to generate delegation token
fdeac | other | Failed Device Activation | Failed to activate device.
fdeaz | user.fail | Failed Device Authorization Request | Device authorization request failed.
fdecc | user.fail | User Canceled Device Confirmation | User did not confirm device.
fdeleacft | auth.token_exchange.fail | fdeleacft
fdelsa | auth.silent_auth.fail | fdelsa
fdu | user.fail | Failed User Deletion
feacft | auth.token_exchange.fail | Failed Exchange | Failed to exchange authorization code for Access Token
feccft | auth.token_exchange.fail | Failed Exchange | Failed exchange of Access Token for a Client Credentials Grant
fecte | auth.token_exchange.fail | Failed Exchange | Failed Exchange via Custom Token Exchange
fede | auth.token_exchange.fail | Failed Exchange | Failed to exchange Device Code for Access Token
federated_logout_failed | auth.logout.fail | Failed Federated Logout | Failed to logout of the upstream Identity Provider
fens | auth.login.fail | Failed Exchange | Failed exchange for Native Social Login
feoobft | auth.token_exchange.fail | Failed Exchange | Failed exchange of Password and OOB Challenge for Access Token
feotpft | auth.token_exchange.fail | Failed Exchange | Failed exchange of Password and OTP Challenge for Access Token
fepft | auth.token_exchange.fail | Failed Exchange | Failed exchange of Password for Access Token
fepotpft | auth.token_exchange.fail | Failed Exchange | Failed exchange of Passwordless OTP for Access Token
fercft | auth.token_exchange.fail | Failed Exchange | Failed Exchange of Password and MFA Recovery code for Access Token
ferrt | auth.token_exchange.fail | Failed Exchange | Failed Exchange of Rotating Refresh Token. This could occur when reuse is detected.
fertft | auth.token_exchange.fail | Failed Exchange | Failed Exchange of Refresh Token for Access Token. This could occur if the refresh token is revoked or expired.
feta | auth.token_exchange.success | Failed Exchange | Failed token exchange at Token Vault
fi | other | Failed invite accept | Failed to accept a user invitation. This could happen if the user accepts an invitation using a different email address than provided in the invitation, or due to a system failure while provisioning the invitation.
flo | auth.logout.fail | Failed Logout | User logout failed
flows_execution_completed | other | Flows Execution Completed
flows_execution_failed | other | Flows Execution Failed
fn | user.fail | Failed Sending Notification | Failed to send notification
forms_submission_failed | other | Forms Submission Failed
forms_submission_succeeded | other | Forms Submission Succeeded
fp | auth.login.fail | Failed Login (Incorrect Password)
fpar | other | Failed Pushed Authorization Request
fpurh | other | Failed Post User Registration Hook
fs | auth.signup.fail | Failed Signup
fsa | auth.silent_auth.fail | Failed Silent Auth
fscim | scim.event | fscim
fu | auth.login.fail | Failed Login (Invalid Email/Username)
fui | system.notification | Failed users import | Failed to import users
fv | user.fail | Failed Verification Email | Failed to send verification email
fvr | user.fail | Failed Verification Email Request | Failed to process verification email request
gd_auth_email_verification | other | Email Verification Confirmed | Email verification completed successfully
gd_auth_fail_email_verification | - | Email Verification Failed | Email verification failed.
gd_auth_failed | other | MFA Auth failed | Multi-factor authentication failed. This could happen due to a wrong code entered for SMS/Voice/Email/TOTP factors, or a system failure.
gd_auth_rejected | other | MFA Auth rejected | A user rejected a Multi-factor authentication request via push-notification.
gd_auth_succeed | other | MFA Auth success | Multi-factor authentication success.
gd_enrollment_complete | user.notification | MFA enrollment complete | A first time MFA user has successfully enrolled using one of the factors.
gd_otp_rate_limit_exceed | other | Too many MFA failures | A user sends more than 10 requests to their device within one hour. Note that the request limit does not reset upon a successful login event.
gd_recovery_failed | other | Recovery failed | A user enters a wrong recovery code when attempting to authenticate.
gd_recovery_rate_limit_exceed | - | Multi-factor recovery code has failed too many times | A user has entered a wrong recovery code too many times.
gd_recovery_succeed | other | MFA recovery success | A user successfully authenticates with a recovery code.
gd_send_email | other | MFA Email Sent | Email for MFA successfully sent.
gd_send_email_verification | other | Email Verification Sent | Verification email sent successfully.
gd_send_email_verification_failure | - | Email Verification Failed | Email verification failed.
gd_send_pn | other | Push notification sent | Push notification for MFA successfully sent.
gd_send_pn_failure | other | Error Sending MFA Push Notification | Push notification for MFA failed.
gd_send_sms | other | MFA SMS Sent | SMS for MFA successfully sent.
gd_send_sms_failure | other | Error Sending MFA SMS | Attempt to send SMS for MFA failed.
gd_send_voice | other | MFA voice call success | Voice call for MFA successfully made.
gd_send_voice_failure | other | MFA voice call failed | Attempt to make Voice call for MFA failed.
gd_start_auth | other | Second factor started | Second factor authentication event started for MFA.
gd_start_enroll | user.notification | MFA Enroll started | Multi-factor authentication enroll has started.
gd_start_enroll_failed | other | MFA Enrollment Failed | Push to start enrollement failed.
gd_tenant_update | other | Guardian tenant update
gd_unenroll | user.notification | Unenroll device account | Device used for second factor authentication has been unenrolled.
gd_update_device_account | user.notification | Update device account | Device used for second factor authentication has been updated.
gd_webauthn_challenge_failed | other | WebAuthn browser error | User failed to verify Webauthn factor.
gd_webauthn_enrollment_failed | other | WebAuthn browser error | WebAuthn browser enrollment failed.
idjag_exchange_failed | auth.token_exchange.fail | Failed Exchange | Failed Exchange of Identity Assertion Authorization Grant JWT for Access Token
idjag_exchange_succeeded | auth.token_exchange.success | Success Exchange | Successful Exchange of Identity Assertion Authorization Grant JWT for Access Token
jwt_bearer_exchange_failed | auth.token_exchange.fail | Failed Exchange | Failed Exchange of JWT Bearer Assertion for Access Token
kms_key_management_failure | other | Failed KMS API Operation | KMS operation failed
kms_key_management_success | other | Success KMS API Operation | KMS operation completed successfully
kms_key_state_changed | other | KMS Key State Change | KMS key state changed
limit_delegation | system.notification | Too Many Calls to /delegation | Rate limit exceeded to /delegation endpoint
limit_mu | system.notification | Blocked IP Address | An IP address is blocked because it attempted too many failed logins without a successful login. Or an IP address is blocked because it attempted too many sign-ups, whether successful or failed. For more information, see Attack Protection.
limit_phone | system.notification | limit_phone
limit_sul | other | Blocked Account | A user is temporarily prevented from logging in because they reached the maximum logins per time period from the same IP address. For more information, see Attack Protection.
limit_wc | system.notification | Blocked Account | An IP address is blocked because it reached the maximum failed login attempts into a single account.
mfar | other | MFA Required | A user has been prompted for multi-factor authentication (MFA). When using Adaptive MFA, Auth0 includes details about the risk assessment. Available in only the Resource Owner Password Flow.
mgmt_api_read | management.success | Management API read Operation | API GET operation returning secrets completed successfully
my_account_authentication_method_failed | user.fail | Failed authentication method operation in My Account API | Failed to complete authentication method operation in My Account API
my_account_authentication_method_succeeded | user.success | Successful authentication method operation in My Account API | Successfully completed authentication method operation in My Account API
oidc_backchannel_logout_failed | auth.logout.fail | Failed OIDC Back-Channel Logout request
oidc_backchannel_logout_succeeded | auth.logout.success | Successful OIDC Back-Channel Logout request
organization_member_added | other | Organization Member Added | Successfully added member to organization
passkey_challenge_failed | other | Passkey Challenge Failed | Native passkey challenge failed
passkey_challenge_started | other | Passkey Challenge Started | Native passkey challenge was successfully initiated
pla | other | Pre-login assessment | This log is generated before a login and helps in monitoring the behavior of bot detection without having to enable it.
pwd_leak | other | Breached password | Someone behind the IP address ip attempted to login with a leaked password. The pwd_leak tenant log is emitted once per hour per IP address.
reset_pwd_leak | other | Breached Password on Reset | Someone behind the IP address ip attempted to reset with a leaked password.
resource_cleanup | other | Success Resource Cleanup | Emitted when resources exceeding defined limits were removed.
rich_consents_access_error | other | Rich Consents Access Error | Error fetching a Rich Consent record
s | auth.login.success | Success Login | Successful login event.
sapi | management.success | Success API Operation | Successful management API write event.
sce | user.success | Success Change Email
scoa | auth.login.success | Success cross-origin authentication
scp | user.success | Success Change Password
scpn | user.success | Success Change Phone Number
scpr | user.success | Success Change Password Request
scu | user.success | Success Change Username
scv | auth.login.notification | Success Credential Validation | Successful credential validation event.
sd | user.success | Success Delegation
sdel | auth.login.success | sdel
sdeleacft | auth.token_exchange.success | sdeleacft
sdelsa | auth.silent_auth.success | sdelsa
sdu | user.success | Success User Deletion | User successfully deleted
seacft | auth.token_exchange.success | Success Exchange | Successful exchange of authorization code for Access Token
seccft | auth.token_exchange.success | Success Exchange | Successful exchange of Access Token for a Client Credentials Grant
secte | auth.token_exchange.success | Success Exchange | Succesful Exchange via Custom Token Exchange
sede | auth.token_exchange.success | Success Exchange | Successful exchange of device code for Access Token
sens | auth.login.success | Success Exchange | Native Social Login
seoobft | auth.token_exchange.success | Success Exchange | Successful exchange of Password and OOB Challenge for Access Token
seotpft | auth.token_exchange.success | Success Exchange | Successful exchange of Password and OTP Challenge for Access Token
sepft | auth.token_exchange.success | Success Exchange | Successful exchange of Password for Access Token
sepkoobft | auth.token_exchange.success | Success Exchange | Successful exchange of Passkey and OOB Challenge for Access Token
sepkotpft | auth.token_exchange.success | Success Exchange | Successful exchange of Passkey and OTP Challenge for Access Token
sepkrcft | auth.token_exchange.success | Success Exchange | Successful exchange of Passkey and MFA Recovery Code for Access Token
sercft | auth.token_exchange.success | Success Exchange | Successful exchange of Password and MFA Recovery code for Access Token
sertft | auth.token_exchange.success | Success Exchange | Successful exchange of Refresh Token for Access Token
seta | auth.token_exchange.success | Success Exchange | Successful token exchange at Token Vault
si | other | Successfully accepted a user invite | Successfully accepted a user invitation
signup_pwd_leak | other | Breached Password on Signup | Someone behind the IP address ip attempted to signup with a leaked password.
slo | auth.logout.success | Success Logout | User successfully logged out
srrt | user.success | srrt
ss | auth.signup.success | Success Signup
ss_sso_failure | user.fail | Failed SS-SSO Operation | Self-Service operation failed
ss_sso_info | user.notification | Information from an SS-SSO Operation | Try-connection flow started/completed
ss_sso_success | user.success | Success SS-SSO Operation | Self-Service operation completed successfully
ssa | auth.silent_auth.success | Success Silent Auth
sscim | scim.event | Successful SCIM Operation | SCIM operation succeeded
success_on_behalf_of_token_exchange | auth.token_exchange.success | Success Exchange | Successful Exchange via On-Behalf-Of Token Exchange
sui | user.success | Successfully imported users
sv | user.success | Success Verification Email | Successfully consumed email verification link
svr | user.success | Success Verification Email Request | Successfully called verification email endpoint. Verification email in queue to send.
sys_os_update_end | system.notification | Auth0 OS Update Ended
sys_os_update_start | system.notification | Auth0 OS Update Started
sys_update_end | system.notification | Auth0 Update Ended
sys_update_start | system.notification | Auth0 Update Started
too_many_records | - | Max Amount of Authenticators | User has created the maximum amount of authenticators
ublkdu | user.notification | User login block released | User block setup by anomaly detection has been released
universal_logout_failed | auth.logout.fail | Failed Universal Logout request
universal_logout_succeeded | auth.logout.success | Successful Universal Logout request
w | auth.login.notification | Warning During Login | Filters for logs of type warning during login
wn | other | Warning Sending Notification | Warnings that have occurred during notification sending.
wum | other | Warning User Management | Filters for logs of type warning during user management operations
`;

const PRIORITIZED: ReadonlySet<string> = new Set([
  "gd_send_sms",
  "limit_mu",
  "limit_sul",
  "limit_wc",
  "pwd_leak",
  "reset_pwd_leak",
  "signup_pwd_leak",
  "ublkdu",
]);

let types: ReadonlyMap<string, LogType> | undefined;

/** All types of tenant logs, by code. */
export function logTypes(): ReadonlyMap<string, LogType> {
  return (types ??= new Map(TABLE.trim().split("\n").map(typeOfRow)));
}

function typeOfRow(row: string): [string, LogType] {
  const [code = "", filter = "", title = "", description = ""] = row.split(" | ");
  const isPrioritized = PRIORITIZED.has(code);
  return [code, { code, filter: filter === "-" ? "" : filter, title, description, isPrioritized }];
}

/** Names of the filters of a log stream (npm `auth0` 7.1.0, `LogStreamFilterGroupNameEnum`). */
export const LOG_FILTERS: readonly string[] = [
  "actions",
  "auth.login.fail",
  "auth.login.notification",
  "auth.login.success",
  "auth.logout.fail",
  "auth.logout.success",
  "auth.signup.fail",
  "auth.signup.success",
  "auth.silent_auth.fail",
  "auth.silent_auth.success",
  "auth.token_exchange.fail",
  "auth.token_exchange.success",
  "management.fail",
  "management.success",
  "other",
  "scim.event",
  "system.notification",
  "user.fail",
  "user.notification",
  "user.success",
];

/**
 * Filters that documents of other tools name and Auth0's SDK does not list. `security` is what Auth0 answers for a
 * prioritized stream.
 */
export const UNLISTED_LOG_FILTERS: readonly string[] = ["auth.ancillary.fail", "auth.ancillary.success", "security"];
