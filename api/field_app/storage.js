// What the phone keeps, in IndexedDB: devices by account, the log of operations, the sealed day, the keys.
// An operation is durable when `append` resolves; only then may the screen say so.

const NAME = "lapangan";
const VERSION = 1;
const KEEP_SENT_MS = 14 * 24 * 3600 * 1000; // an office that was restored from a backup asks for them again

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("device", { keyPath: "login" });
      request.result.createObjectStore("log", { keyPath: "op_id" }).createIndex("login", "login");
      request.result.createObjectStore("day", { keyPath: "login" });
      request.result.createObjectStore("key");
      request.result.createObjectStore("fact");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Run `work` in one transaction and resolve with its result once everything is on disk. */
async function transact(stores, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode, { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    work(transaction, (value) => {
      result = value;
    });
  });
}

const get = (store, key) =>
  transact([store], "readonly", (transaction, done) => {
    const request = transaction.objectStore(store).get(key);
    request.onsuccess = () => done(request.result);
  });

const put = (store, value, key) =>
  transact([store], "readwrite", (transaction) => {
    transaction.objectStore(store).put(value, key);
  });

export const fact = (name) => get("fact", name);
export const setFact = (name, value) => put("fact", value, name);

/** The phone as one account uses it; made at its first signing in. */
export async function deviceOf(login) {
  const known = await get("device", login);
  if (known) return known;
  const key = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0"));
  const made = { login, id: uuid7(), key: key.join(""), last_seq: 0, watermark: 0, is_enrolled: false };
  return transact(["device"], "readwrite", (transaction, done) => {
    const store = transaction.objectStore("device");
    const again = store.get(login); // another tab may have been faster
    again.onsuccess = () => {
      if (!again.result) store.put(made);
      done(again.result ?? made);
    };
  });
}

/** Change fields of a device, as they are in the transaction. */
export const changeDevice = (login, change) =>
  transact(["device"], "readwrite", (transaction) => {
    const store = transaction.objectStore("device");
    const request = store.get(login);
    request.onsuccess = () => request.result && store.put({ ...request.result, ...change });
  });

/** Append an operation under the device's next number. Resolves when it is on disk. */
export const append = (login, op_id, box) =>
  transact(["device", "log"], "readwrite", (transaction, done) => {
    const devices = transaction.objectStore("device");
    const request = devices.get(login);
    request.onsuccess = () => {
      const device = request.result;
      device.last_seq += 1;
      devices.put(device);
      const entry = { op_id, login, device_seq: device.last_seq, box, verdict: null, stored_at: null };
      transaction.objectStore("log").put(entry);
      done(entry);
    };
  });

/** All operations of an account in the order they were written. */
export async function logOf(login) {
  const entries = await transact(["log"], "readonly", (transaction, done) => {
    const request = transaction.objectStore("log").index("login").getAll(login);
    request.onsuccess = () => done(request.result);
  });
  return entries.sort((one, other) => one.device_seq - other.device_seq);
}

/** Write down what the office answered, and what it has for good. What it has lost meanwhile is sent again. */
export const settle = (login, verdicts, watermark, { now = Date.now(), isForgotten = false } = {}) =>
  transact(["device", "log"], "readwrite", (transaction) => {
    const devices = transaction.objectStore("device");
    const request = devices.get(login);
    request.onsuccess = () => {
      const device = request.result;
      const isRestored = isForgotten || watermark < device.watermark;
      devices.put({ ...device, watermark });
      const cursor = transaction.objectStore("log").index("login").openCursor(login);
      cursor.onsuccess = () => {
        const at = cursor.result;
        if (!at) return;
        const entry = at.value;
        const verdict = verdicts.get(entry.op_id);
        if (verdict) at.update({ ...entry, verdict, stored_at: entry.stored_at ?? now });
        else if (isRestored && entry.device_seq > watermark) at.update({ ...entry, verdict: null, stored_at: null });
        else if (entry.stored_at && entry.device_seq <= watermark && now - entry.stored_at > KEEP_SENT_MS) at.delete();
        at.continue();
      };
    };
  });

/** Send an operation no more: the office cannot read it. It stays, to be shown. */
export const reject = (op_id) =>
  transact(["log"], "readwrite", (transaction) => {
    const store = transaction.objectStore("log");
    const request = store.get(op_id);
    request.onsuccess = () => store.put({ ...request.result, verdict: "rejected" });
  });

/** Let everything be sent again, to an office that does not know the device. */
export const unsettle = (login) => settle(login, new Map(), 0, { isForgotten: true });

export const dayOf = (login) => get("day", login);
export const putDay = (login, sealed) => put("day", { login, ...sealed });

/** Forget the people of an account; its log stays. */
export const wipeDay = (login) =>
  transact(["day", "key"], "readwrite", (transaction) => {
    transaction.objectStore("day").delete(login);
    transaction.objectStore("key").delete(`day ${login}`);
  });

/** A key that never leaves the browser; made when it is needed first. */
export async function keyOf(name) {
  const known = await get("key", name);
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return transact(["key"], "readwrite", (transaction, done) => {
    const store = transaction.objectStore("key");
    const again = store.get(name);
    again.onsuccess = () => {
      if (!again.result) store.put(made, name);
      done(again.result ?? made);
    };
  });
}

/** RFC 9562 version 7: begins with the time, so ids sort as they were made. */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = now;
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
