// Passkeys: the server speaks JSON with base64url, browsers speak bytes.

export function toBase64Url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64Url(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

export const passkeysWork = (): boolean => typeof globalThis.PublicKeyCredential === 'function';

interface Descriptor {
  id: string;
  type: 'public-key';
  transports?: AuthenticatorTransport[];
}

type RequestJson = Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> & { challenge: string; allowCredentials?: Descriptor[] };
type CreationJson = Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
};

const described = (list: Descriptor[] | undefined): PublicKeyCredentialDescriptor[] => (list ?? []).map((one) => ({ ...one, id: fromBase64Url(one.id) }));

/** The options themselves, whether or not they came wrapped as browsers take them. */
function unwrapped(options: Record<string, unknown>): unknown {
  return options.publicKey ?? options;
}

/** Asks the browser for a passkey; `null` where the person declined. */
export async function askPasskey(options: Record<string, unknown>): Promise<object | null> {
  // Reason for `as`: the shape is that of the WebAuthn standard.
  const json = unwrapped(options) as RequestJson;
  const publicKey = { ...json, challenge: fromBase64Url(json.challenge), allowCredentials: described(json.allowCredentials) };
  const credential = await asked(navigator.credentials.get({ publicKey }));
  if (!credential || !(credential.response instanceof AuthenticatorAssertionResponse)) return null;
  const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
  return {
    ...baseOf(credential),
    response: {
      authenticatorData: toBase64Url(authenticatorData),
      clientDataJSON: toBase64Url(clientDataJSON),
      signature: toBase64Url(signature),
      userHandle: userHandle ? toBase64Url(userHandle) : null,
    },
  };
}

/** Has the browser make a passkey; `null` where the person declined. */
export async function makePasskey(options: Record<string, unknown>): Promise<object | null> {
  const json = unwrapped(options) as CreationJson;
  const publicKey = {
    ...json,
    challenge: fromBase64Url(json.challenge),
    user: { ...json.user, id: fromBase64Url(json.user.id) },
    excludeCredentials: described(json.excludeCredentials),
  };
  const credential = await asked(navigator.credentials.create({ publicKey }));
  if (!credential || !(credential.response instanceof AuthenticatorAttestationResponse)) return null;
  const { attestationObject, clientDataJSON } = credential.response;
  return {
    ...baseOf(credential),
    response: {
      attestationObject: toBase64Url(attestationObject),
      clientDataJSON: toBase64Url(clientDataJSON),
      transports: credential.response.getTransports(),
    },
  };
}

function baseOf(credential: PublicKeyCredential) {
  return { id: credential.id, rawId: toBase64Url(credential.rawId), type: credential.type, extensions: credential.getClientExtensionResults() };
}

async function asked(answer: Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    const credential = await answer;
    return credential instanceof PublicKeyCredential ? credential : null;
  } catch (error) {
    // Closed, timed out, or no passkey on this device: browsers do not tell which.
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return null;
    throw error;
  }
}
