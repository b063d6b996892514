// Sends what was written down and fetches the day. May run at any time and as often as it likes: repeats are harmless.

import { changed, forget, keepDay, load, model, setProblem, tellOthers, unsent, use } from "./model.js";
import * as storage from "./storage.js";

const API = "/api/v1/field";
const BATCH = 50;
const PATIENCE_MS = 20_000;
const RETRY_MS = 30_000;

/** An answer that is not success, with the code that the service gave it. */
class Refused extends Error {
  constructor(status, code) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

async function ask(method, path, { body, headers = {}, csrf = "" } = {}) {
  const answer = await fetch(API + path, {
    method,
    body: body && JSON.stringify(body),
    headers: { ...headers, ...(body ? { "Content-Type": "application/json" } : {}), ...(csrf ? { "X-CSRF-Token": csrf } : {}) },
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const read = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, read.code ?? "");
  return read;
}

const asDevice = (device) => ({ "X-Device-Id": device.id, "X-Device-Key": device.key });

/** Who is signed in, if the page came from the office just now; one that the phone kept does not say. */
export const greeting = () => JSON.parse(document.querySelector("meta[name=session]")?.content ?? "null");

/** Send and fetch, until nothing is left that was written meanwhile. Who is signed in is asked, unless it is known. */
export async function sync(session = null) {
  while ((await syncOnce(session)) && !model.problem && unsent().length) session = null;
}

/** Send and fetch once; resolves with whether the office was reached. One tab at a time does it. */
function syncOnce(session) {
  return navigator.locks.request("lapangan-sync", { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    Object.assign(model, { isSyncing: true });
    changed();
    try {
      await exchange(session);
      return true;
    } catch (error) {
      if (!(await explain(error))) throw error;
      return false;
    } finally {
      model.isSyncing = false;
      tellOthers();
      changed();
    }
  });
}

async function exchange(known) {
  if (await storage.fact("leaving")) return leave();
  const session = known ?? (await ask("GET", "/session"));
  if (!session.team) return forget("noTeam");
  await use(session.login);
  try {
    await sendAndFetch(session, model.device.is_enrolled ? null : await enrol(session));
  } catch (error) {
    if (error.code !== "unknown_device") throw error;
    await storage.unsettle(model.login); // the office was restored from a day before it knew this phone
    await sendAndFetch(session, await enrol(session));
  }
  await load();
  await fetchMaps();
}

/** Make the phone known; resolves with the day, so that a first opening need not ask twice over a slow line. */
async function enrol({ csrf }) {
  const { login, device } = model;
  const body = { key: device.key, label: `${login} ${device.id.slice(-4)}` };
  const { days } = await ask("PUT", `/devices/${device.id}`, { csrf, body });
  await storage.changeDevice(login, { is_enrolled: true });
  device.is_enrolled = true;
  return days;
}

async function sendAndFetch(session, day) {
  const isBehind = unsent().length > 0; // a day that came before what is sent now
  await sendAll(session);
  await take(day && !isBehind ? day : await ask("GET", "/days", { headers: asDevice(model.device) }));
}

async function sendAll(session) {
  for (let waiting = unsent(); waiting.length; waiting = unsent()) {
    await send(session, waiting.slice(0, BATCH));
    await load();
  }
}

async function send({ csrf }, batch) {
  const operations = batch.map(({ login: _, verdict: _v, stored_at: _s, ...operation }) => operation);
  const body = { sent_at: new Date().toISOString(), operations };
  try {
    const { receipts, watermark } = await ask("POST", "/operations", { csrf, body, headers: asDevice(model.device) });
    await storage.settle(model.login, new Map(receipts.map((one) => [one.op_id, verdictOf(one)])), watermark);
  } catch (error) {
    if (error.status !== 422) throw error;
    if (batch.length === 1) return storage.reject(batch[0].op_id); // shown; one that cannot be read must not stop others
    for (const one of batch) await send({ csrf }, [one]);
  }
}

const verdictOf = ({ verdict }) => (verdict === "contradiction" ? "rejected" : verdict);

async function take(day) {
  const drawn = model.day?.plan_version === day.plan_version ? model.day.days : [];
  for (const one of day.days) one.map_svg = drawn.find(({ date }) => date === one.date)?.map_svg;
  Object.assign(model, { day, syncedAt: Date.now() });
  changed(); // shown before it is kept: on a first opening somebody waits
  await keepDay(day);
  const isSkewed = Math.abs(Date.now() - Date.parse(day.made_at)) > 600_000;
  await setProblem(isSkewed ? "skewed" : null);
  if (day.watermark < model.device.watermark) {
    await storage.settle(model.login, new Map(), day.watermark);
  }
}

/** Fetch the maps that are missing, once a plan: the list is of use before them. */
async function fetchMaps() {
  const { plan_version, days } = model.day;
  const missing = days.filter((day) => !day.map_svg);
  if (!missing.length) return;
  changed();
  const headers = asDevice(model.device);
  const maps = await Promise.all(missing.map(({ date }) => ask("GET", `/days/${date}/map`, { headers })));
  if (model.day?.plan_version !== plan_version) return; // forgotten meanwhile, or another plan
  for (const [at, { date }] of missing.entries()) model.day.days.find((day) => day.date === date).map_svg = maps[at].svg;
  await keepDay(model.day, model.syncedAt);
}

/** Say what a person has to do about an error; false for a fault of the program. */
async function explain(error) {
  if (error instanceof Refused) {
    if (error.status === 401) await setProblem("signIn");
    else if (error.code === "device_revoked") await forget("revoked");
    else if (error.status === 403) await forget("noTeam");
    return true;
  }
  return error instanceof TypeError || error instanceof DOMException; // no network, or too slow
}

/** Ask for a place for somebody without appointment; returns {person}, or {code} when the office gives none. */
export async function walkIn(stop, nik) {
  const { csrf } = await ask("GET", "/session");
  try {
    const headers = { ...asDevice(model.device), "Idempotency-Key": storage.uuid7() };
    return { person: await ask("POST", "/walk-ins", { csrf, body: { stop, nik }, headers }) };
  } catch (error) {
    if (error instanceof Refused && [404, 409, 422].includes(error.status)) return { code: error.code };
    throw error;
  }
}

/** Sign out and wipe what is about people. Without signal the session ends as soon as there is some. */
export async function signOut() {
  await storage.setFact("leaving", true);
  await forget("signIn");
  await sync();
}

async function leave() {
  const { csrf } = await ask("GET", "/session").catch((error) => {
    if (error.status === 401) return {}; // it has ended already
    throw error;
  });
  if (csrf) await fetch("/keluar", { method: "POST", body: new URLSearchParams({ csrf }), redirect: "manual" });
  await storage.setFact("leaving", false);
}

/** Keep sending by itself: when signal comes back, when the screen is looked at, and every half minute. */
export function keepSyncing() {
  addEventListener("online", () => sync());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sync());
  setInterval(() => unsent().length && navigator.onLine && sync(), RETRY_MS);
}
