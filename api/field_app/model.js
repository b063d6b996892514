// What the screen shows, kept in memory: who is signed in, the day, the log. The truth of it lies in storage.

import { seal, unseal } from "./sealing.js";
import * as storage from "./storage.js";

const WIPE_AFTER_MS = 24 * 3600 * 1000;
const channel = new BroadcastChannel("lapangan");
const listeners = new Set();

export const model = {
  login: null, // account of the last signing in; its log is kept whatever happens
  device: null,
  day: null, // the package, null while there is none or after it was wiped
  syncedAt: 0,
  log: [], // operations, decrypted, in the order they were written
  problem: null, // "signIn", "revoked", "noTeam", "skewed": what a person has to do something about
  isSyncing: false,
};

/** Call back whenever something changed, here or in another tab. */
export const onChange = (listener) => listeners.add(listener);

export function changed() {
  for (const listener of listeners) listener();
}

channel.onmessage = async () => {
  await load();
  changed();
};

/** Tell other tabs to read storage again. */
export const tellOthers = () => channel.postMessage("changed");

/** Read everything from storage; forget people whose time is over. */
export async function load() {
  const login = (await storage.fact("login")) ?? null;
  const device = login ? await storage.deviceOf(login) : null;
  const sealed = login ? await storage.dayOf(login) : null;
  const isOver = sealed && Date.now() - sealed.synced_at > WIPE_AFTER_MS;
  if (isOver) await storage.wipeDay(login);
  const day = sealed && !isOver ? await unseal(`day ${login}`, sealed) : null;
  const log = login ? await readLog(login) : [];
  const problem = (await storage.fact("problem")) ?? null;
  Object.assign(model, { login, device, day, syncedAt: day ? sealed.synced_at : 0, log, problem });
}

/** Say what a person has to do something about, in every tab; null when there is nothing. */
export async function setProblem(problem) {
  await storage.setFact("problem", problem);
  model.problem = problem;
}

async function readLog(login) {
  const entries = await storage.logOf(login);
  const bodies = await Promise.all(entries.map((entry) => unseal(`log ${login}`, entry.box)));
  return entries.flatMap(({ box: _, ...entry }, at) => (bodies[at] ? [{ ...entry, ...bodies[at] }] : []));
}

/** Write a fact down. Resolves when it is on disk. */
export async function record(type, about, payload = {}) {
  const { login, day } = model;
  const body = {
    type,
    ...about, // {appointment_id} or {stop}
    base_version: day.version,
    plan_version: day.plan_version,
    payload,
    device_time: new Date().toISOString(),
  };
  const box = await seal(`log ${login}`, body);
  const { box: _, ...entry } = await storage.append(login, storage.uuid7(), box);
  model.log.push({ ...entry, ...body });
  model.log.sort((one, other) => one.device_seq - other.device_seq);
  tellOthers();
  changed();
}

/** Keep a package that was fetched, sealed. */
export async function keepDay(day, synced_at = Date.now()) {
  await storage.putDay(model.login, { ...(await seal(`day ${model.login}`, day)), synced_at });
  Object.assign(model, { day, syncedAt: synced_at });
}

/** Make an account the one that this phone works for. */
export async function use(login) {
  if (login !== model.login) {
    if (model.login) await storage.wipeDay(model.login);
    await storage.setFact("login", login);
    await load();
  }
}

/** Forget everything about people; what was not sent is kept for the next signing in. */
export async function forget(problem) {
  if (model.login) await storage.wipeDay(model.login);
  await setProblem(problem);
  Object.assign(model, { day: null, syncedAt: 0 });
  tellOthers();
  changed();
}

/** Operations that the office does not have yet. */
export const unsent = () => model.log.filter((one) => !one.stored_at && one.verdict !== "rejected");
