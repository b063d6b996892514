// One stop: how to get there, whom to call, its times, and its people.

import { button, el } from "./dom.js";
import { notes, stopState } from "./facts.js";
import { model } from "./model.js";
import { backTo, callLink, heading, noteBox, progressOf, takeBack, timeOf, write } from "./parts.js";
import { clock, t } from "./texts.js";
import { peopleList } from "./view_people.js";
import { walkInBox } from "./view_walk_in.js";

/** Show a stop; null when the package does not have it. */
export function stopView(key) {
  const day = model.day.days.find((one) => one.stops.some((stop) => stop.key === key));
  const stop = day?.stops.find((one) => one.key === key);
  if (!stop) return null;
  return el(
    "div",
    {},
    backTo(`#/hari/${day.date}`, t.back),
    el("p", { class: "kecil" }, `${t.stop(day.stops.indexOf(stop) + 1)} · ${t.kinds[stop.kind]}`),
    heading(stop.place),
    el("p", {}, `${t.arrival} ${clock(stop.arrival_at)}. ${expectedSpan(stop)}.`),
    ...stop.addresses.map((address) => el("p", {}, `${t.address}: ${address}`)),
    !stop.is_surveyed && el("p", { class: "pesan" }, t.notSurveyed),
    ways(stop),
    times(stop),
    el("h2", {}, t.list),
    el("p", {}, progressOf(stop)),
    peopleList(stop),
    stop.kind !== "home" && walkInBox(stop),
    noteBox(notes(stop.notes, model.log, (one) => one.stop === stop.key, model.syncedAt), { stop: stop.key }),
  );
}

function expectedSpan(stop) {
  const [first, last] = [clock(stop.first_slot_at), clock(stop.last_expected_at)];
  return `${t.expected[stop.kind]} ${first === last ? first : `${first}–${last}`}. ${t.until} ${clock(stop.ends_at)}`;
}

function ways({ position, place, contacts }) {
  const point = `${position.lat},${position.lon}`;
  const google = `https://www.google.com/maps/dir/?api=1&destination=${encodeURIComponent(point)}`;
  return el(
    "div",
    { class: "jalan" },
    el("a", { class: "tombol utama", href: google, rel: "noreferrer", target: "_blank" }, t.googleMaps),
    el("a", { class: "tombol", href: `geo:${point}?q=${point}(${encodeURIComponent(place)})` }, t.otherMaps),
    ...contacts.map(([name, number]) => callLink(t.call(name), number)),
  );
}

function times(stop) {
  const states = stopState(stop, model.log, model.syncedAt);
  const fact = (type) => {
    const { at, last } = states[type];
    if (!at) {
      const press = () => write(type, { stop: stop.key });
      const about = { id: `catat-${type}`, "aria-label": t.stopFacts[type], "data-lalu": `batal-${type}` };
      return el("div", { class: "waktu" }, button(t.stopActs[type], press, about));
    }
    const about = { id: `batal-${type}`, class: "kecil", "aria-label": `${t.undoOne}: ${t.stopFacts[type]}`, "data-lalu": `catat-${type}` };
    return el(
      "div",
      { class: "waktu" },
      el("p", { class: "tercatat" }, `✓ ${t.stopActs[type]} ${timeOf(at)}`),
      last && button(t.undoOne, () => takeBack(last), about),
    );
  };
  return el("section", {}, el("h2", {}, t.facts), el("div", { class: "waktu-semua" }, ...["arrived", "started", "finished"].map(fact)));
}
