import type { Need } from "./me";

/** What a phone is set up with (TEL-08). */
export interface Provisioning {
  endpoint: string;
  agent?: string | null;
  user: string;
  domain: string;
  /** Address and port, for phones that want an outbound proxy. */
  proxy: string;
  port: number;
  /** `tls`, `tcp` or `udp`. */
  transport: string;
  /** If not, names, numbers and keys can be read on the way. */
  secure: boolean;
  /** SHA-256 of the certificate that the phone is shown, if nobody vouches for that. */
  fingerprint?: string | null;
  /** Only in the answer that has just drawn it. */
  password?: string | null;
  /** Line by line, as phones call it. */
  sheet: { field: string; zh: string; en: string; value: string }[];
  /** What the code holds. */
  text: string;
  qr_svg: string;
  /** A file that Linphone reads. */
  linphone: string;
}

/** To see what phones are set up with. */
export const seeSheets: Need = { permission: "config.read", atLeast: "tenant", admin: true, path: "/v1/endpoints/{endpoint}/provisioning" };
/** To draw a phone another password. */
export const resetPasswords: Need = { permission: "user.write", atLeast: "tenant", admin: true, path: "/v1/endpoints/{endpoint}/reset-password" };
