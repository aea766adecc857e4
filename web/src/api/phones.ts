import type { Need } from "./me";
import type { Said } from "./said";

/** What a phone is set up with (TEL-08). */
export type Provisioning = Said["ProvisioningView"];

/** When phones came and went, and why (DIA-08). */
export type PresenceSaid = Said["PresenceView"];
export type PhonePresence = Said["PhonePresenceView"];

/** To see when an agent's phones came and went. */
export const seePresence: Need = { permission: "live.read", path: "/v1/agents/{agent}/presence" };
/** To see what phones are set up with. */
export const seeSheets: Need = { permission: "config.read", atLeast: "tenant", admin: true, path: "/v1/endpoints/{endpoint}/provisioning" };
/** To draw a phone another password. */
export const resetPasswords: Need = { permission: "user.write", atLeast: "tenant", admin: true, path: "/v1/endpoints/{endpoint}/reset-password" };
