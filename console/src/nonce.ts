declare global {
  // The name under which `get-nonce`, used by Mantine's dialogs to lock scrolling, looks for the nonce.
  var __webpack_nonce__: string | undefined;
}

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
globalThis.__webpack_nonce__ = nonce;

/** The nonce of this page's content security policy, which style elements made while running must carry. */
export function styleNonce(): string {
  return nonce;
}
