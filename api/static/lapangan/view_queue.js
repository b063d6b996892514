// What this phone wrote down: what was sent and what was not, disagreements, signing out.

import { button, el } from "./dom.js";
import { model, unsent } from "./model.js";
import { backTo, heading, stateOf, timeOf } from "./parts.js";
import { signOut, sync } from "./sync.js";
import { changeLanguage, clockIn, t } from "./texts.js";

/** Show the log. Works without a day too: then people have no names. */
export function queueView() {
  const waiting = unsent();
  const special = model.log.filter((one) => ["held", "quarantined", "rejected"].includes(one.verdict));
  const disputed = people().filter((person) => stateOf(person).state === "disputed");
  return el(
    "div",
    {},
    backTo("#/", t.back),
    heading(t.queue),
    el("p", {}, waiting.length ? t.queued(waiting.length) : t.queueEmpty),
    waiting.length > 0 && el("p", {}, t.queueKept),
    el("p", {}, model.day ? t.synced(clockIn(model.day.timezone, new Date(model.syncedAt))) : t.wiped),
    button(model.isSyncing ? t.syncing : t.sync, sync, { id: "kirim", class: "utama lebar-penuh" }),
    disputed.length > 0 && conflicts(disputed),
    (waiting.length > 0 || special.length > 0) &&
      el("ol", { class: "antrean" }, ...[...waiting, ...special].map((one) => el("li", {}, sentence(one)))),
    el("p", { class: "kecil" }, model.login && t.signedInAs(model.login)),
    button(t.language, changeLanguage, { id: "bahasa" }),
    waiting.length > 0 && el("p", {}, t.signOutKept(waiting.length)),
    button(t.signOut, signOut, { id: "keluar", class: "bahaya lebar-penuh" }),
  );
}

const people = () => (model.day?.days ?? []).flatMap((day) => day.stops.flatMap((stop) => stop.people));

function conflicts(disputed) {
  const links = disputed.map((person) => el("li", {}, el("a", { href: `#/orang/${person.appointment_id}` }, person.name)));
  return el("section", { class: "pesan perlu" }, el("h2", {}, t.conflicts), el("p", {}, t.disputedNow), el("ul", {}, ...links));
}

function sentence(one) {
  const whom = one.appointment_id
    ? (people().find((person) => person.appointment_id === one.appointment_id)?.name ?? "…")
    : (one.stop?.split("/")[1] ?? "");
  const what = { note: t.note, void: t.undo, ...t.states, ...t.stopFacts }[one.type];
  const when = model.day ? timeOf(one.device_time) : "";
  return [`${when} ${whom}: ${what}`.trim(), t[one.verdict ?? "waiting"]].join(" — ");
}
