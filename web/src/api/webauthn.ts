// Passkeys between the browser, which speaks in bytes, and the server, which speaks in base64url (WebAuthn Level 3, 5.1.8).

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toText(bytes: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

interface Described {
  id: string;
  type: "public-key";
  transports?: AuthenticatorTransport[];
}

/** What the server asks for: the fields of `publicKey`, or an object around it. */
export type PasskeyOptions<Of> = Of | { publicKey: Of };
type Creation = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & { challenge: string; user: { id: string; name: string; displayName: string }; excludeCredentials?: Described[] };
type Request = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & { challenge: string; allowCredentials?: Described[] };
export type CreationSaid = PasskeyOptions<Creation>;
export type RequestSaid = PasskeyOptions<Request>;

const inner = <Of extends object>(said: PasskeyOptions<Of>): Of => ("publicKey" in said ? said.publicKey : said);
const bytesOf = (described: Described[] | undefined) => described?.map((one) => ({ ...one, id: toBytes(one.id) }));

/** Whether this browser can hold or use a passkey here. */
export const hasPasskeys = (): boolean => "PublicKeyCredential" in window && window.isSecureContext;

/** Makes a passkey; none if the reader gave up. */
export async function createPasskey(said: CreationSaid): Promise<object | null> {
  const options = inner(said);
  const made = await ask(() =>
    navigator.credentials.create({ publicKey: { ...options, challenge: toBytes(options.challenge), user: { ...options.user, id: toBytes(options.user.id) }, excludeCredentials: bytesOf(options.excludeCredentials) } }),
  );
  if (!made) return null;
  const response = made.response as AuthenticatorAttestationResponse;
  return { ...head(made), response: { clientDataJSON: toText(response.clientDataJSON), attestationObject: toText(response.attestationObject), transports: response.getTransports?.() ?? [] } };
}

/** Proves somebody by a passkey; none if the reader gave up. */
export async function provePasskey(said: RequestSaid): Promise<object | null> {
  const options = inner(said);
  const proof = await ask(() => navigator.credentials.get({ publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: bytesOf(options.allowCredentials) } }));
  if (!proof) return null;
  const response = proof.response as AuthenticatorAssertionResponse;
  return { ...head(proof), response: { clientDataJSON: toText(response.clientDataJSON), authenticatorData: toText(response.authenticatorData), signature: toText(response.signature), userHandle: response.userHandle ? toText(response.userHandle) : null } };
}

const head = (of: PublicKeyCredential) => ({ id: of.id, rawId: toText(of.rawId), type: of.type, extensions: of.getClientExtensionResults() });

async function ask(run: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await run()) as PublicKeyCredential | null;
  } catch (thrown) {
    // Said no, or took too long.
    if (thrown instanceof DOMException && (thrown.name === "NotAllowedError" || thrown.name === "AbortError")) return null;
    throw thrown;
  }
}
