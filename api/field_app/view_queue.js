// What this phone wrote down: what was sent and what was not, disagreements, signing out.

import { button, el } from "./dom.js";
import { model, unsent } from "./model.js";
import { backTo, heading, stateOf, timeOf } from "./parts.js";
import { signOut, sync } from "./sync.js";
import { changeLanguage, clockIn, t, wordsAt } from "./texts.js";

/** Show the log. Works without a day too: then people have no names. */
export function queueView() {
  const waiting = unsent();
  const disputed = stops().flatMap((stop) => stop.people.filter((person) => stateOf(person).state === "disputed"));
  return el(
    "div",
    {},
    backTo("#/", t.back),
    heading(t.queue),
    el("p", {}, waiting.length ? t.queueKept : t.queueEmpty),
    el("p", {}, model.day ? t.synced(clockIn(model.day.timezone, new Date(model.syncedAt))) : t.wiped),
    button(model.isSyncing ? t.syncing : t.sync, sync, { id: "kirim", class: "utama lebar-penuh" }),
    disputed.length > 0 && conflicts(disputed),
    records(t.unsent, waiting),
    ...Object.entries(t.verdicts).map(([verdict, words]) => records(words, model.log.filter((one) => one.verdict === verdict))),
    el(
      "section",
      { class: "akun" },
      el("h2", {}, t.account),
      model.login && el("p", {}, t.signedInAs(model.login)),
      button(t.language, changeLanguage, { id: "bahasa", lang: t.languageCode }),
      waiting.length > 0 && el("p", {}, t.signOutKept(waiting.length)),
      button(t.signOut, signOut, { id: "keluar", class: "bahaya lebar-penuh" }),
    ),
  );
}

const stops = () => (model.day?.days ?? []).flatMap((day) => day.stops);

function conflicts(disputed) {
  const links = disputed.map((person) => el("li", {}, el("a", { href: `#/orang/${person.appointment_id}` }, person.name)));
  return el("section", { class: "pesan perlu" }, el("h2", {}, t.conflicts), el("p", {}, t.disputedNow), el("ul", {}, ...links));
}

function records(title, operations) {
  if (!operations.length) return null;
  return el("section", {}, el("h2", {}, `${title} (${operations.length})`), el("ol", { class: "antrean" }, ...operations.map(record)));
}

function record(one) {
  const stop = stops().find(({ key, people }) => key === one.stop || people.some(isAbout(one)));
  const name = one.appointment_id ? stop?.people.find(isAbout(one)).name : stop?.place;
  const what = { note: t.note, void: t.undone, ...wordsAt(stop?.kind).states, ...t.stopFacts }[one.type];
  const when = model.day ? timeOf(one.device_time) : "";
  return el("li", {}, `${when} ${what}`.trim(), el("strong", { class: "blok" }, name ?? "…"));
}

const isAbout = (one) => (person) => person.appointment_id === one.appointment_id;
