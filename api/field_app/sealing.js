// Everything about people lies encrypted in the phone's storage, under keys that scripts cannot read out.

import { keyOf } from "./storage.js";

/** Encrypt a value under a named key. */
export async function seal(name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(value));
  return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(name), text) };
}

/** Decrypt a value; null when its key is gone or another. */
export async function unseal(name, box) {
  try {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, await keyOf(name), box.text);
    return JSON.parse(new TextDecoder().decode(text));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
