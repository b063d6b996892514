// What is true of people and stops on this phone: what the office knew when the day was fetched, and over it whatever
// this phone wrote down since. The office folds the operations of all phones; this is only the phone's own view of it.

const STATEMENTS = new Set(["check_in", "walk_in", "done", "absent", "incomplete", "deferred", "refused"]);
const STOP_TYPES = new Set(["arrived", "started", "finished"]);
const OUTCOMES = new Set(["done", "absent", "incomplete", "deferred", "refused"]);

/** Operations of this phone that were not taken back, in the order they were written. */
export function valid(log) {
  const voided = new Set(log.filter((one) => one.type === "void").map((one) => one.payload.target));
  return log.filter((one) => one.type !== "void" && !voided.has(one.op_id));
}

/** State of a person: {state, reason, isPending, last} with `last` what could be undone. */
export function personState(person, log, syncedAt) {
  const own = log.filter((one) => one.appointment_id === person.appointment_id);
  const statements = valid(own).filter((one) => STATEMENTS.has(one.type));
  const last = statements.at(-1) ?? null;
  const isPending = own.some((one) => one.type !== "note" && isNewer(one, syncedAt));
  if (isPending) return { state: last?.type ?? "none", reason: last?.payload.reason ?? null, isPending, last };
  const report = person.report;
  const known = report.outcome ?? (report.is_present ? "check_in" : "none");
  return { state: report.is_disputed ? "disputed" : known, reason: report.reason, isPending, last };
}

/** When a stop was reached, begun and ended: {arrived: {at, last}, …}. */
export function stopState(stop, log, syncedAt) {
  const own = log.filter((one) => one.stop === stop.key);
  const states = {};
  for (const type of STOP_TYPES) {
    const last = valid(own).findLast((one) => one.type === type) ?? null;
    const isPending = own.some((one) => isNewer(one, syncedAt));
    const at = isPending ? (last?.device_time ?? null) : stop[`${type}_at`];
    states[type] = { at, last };
  }
  return states;
}

/** Notes about a person or a stop, those of the office first. */
export function notes(thing, log, isAbout, syncedAt) {
  const own = valid(log.filter((one) => isAbout(one))).filter((one) => one.type === "note");
  return [...thing, ...own.filter((one) => isNewer(one, syncedAt)).map((one) => one.payload.text)];
}

/** When somebody's turn is: their slot at a venue; at home, when the team gets there within what the family was told. */
export const turnOf = (person, stop) => (stop.kind === "home" ? stop.arrival_at : person.slot_at);

export const isOutcome = (state) => OUTCOMES.has(state);

const isNewer = (one, syncedAt) => !one.stored_at || one.stored_at > syncedAt;
