// One stop: how to get there, whom to call, its times, and its people in the order of their slots.

import { button, el } from "./dom.js";
import { notes, stopState, turnOf } from "./facts.js";
import { model } from "./model.js";
import { nikFault } from "./nik.js";
import { announce, backTo, callLink, chip, heading, noteBox, stateOf, takeBack, timeOf, write } from "./parts.js";
import { sync, walkIn } from "./sync.js";
import { clock, t } from "./texts.js";

const NEXT = { none: "check_in", check_in: "done", walk_in: "done" };

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
    el("h2", {}, `${t.list} (${stop.people.length})`),
    el("ol", { class: "orang" }, ...stop.people.map((person) => personRow(person, stop))),
    walkInBox(stop),
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
  const control = (type) => {
    const { at, last } = states[type];
    const label = at ? `${t.stopFacts[type]} ${t.at(timeOf(at))}` : t.stopFacts[type];
    const undo = at && last && button(t.undo, () => takeBack(last), { id: `batal-${type}`, class: "kecil" });
    const press = () => write(type, { stop: stop.key });
    return el(
      "div",
      { class: "waktu" },
      at ? el("p", { class: "tercatat" }, `✓ ${label}`) : button(label, press, { id: `catat-${type}` }),
      undo,
    );
  };
  return el("section", {}, el("h2", {}, t.facts), el("div", { class: "waktu-semua" }, ...["arrived", "started", "finished"].map(control)));
}

function personRow(person, stop) {
  const state = stateOf(person);
  const next = NEXT[state.state];
  const about = { appointment_id: person.appointment_id };
  const needs = person.needs.map((need) => el("span", { class: "butuh" }, t.needs[need] ?? need));
  return el(
    "li",
    { class: "baris" },
    el(
      "a",
      { class: "isi-baris", href: `#/orang/${person.appointment_id}` },
      el("span", { class: "jam" }, clock(turnOf(person, stop))),
      el(
        "span",
        {},
        el("strong", {}, person.name),
        el("span", { class: "kecil" }, ` ${t.age(person.age)}`),
        person.is_follow_up && el("span", { class: "butuh" }, t.followUp),
        ...needs,
        el("span", { class: "blok" }, chip(state)),
      ),
    ),
    next &&
      button(t.quick[next], () => write(next, about), {
        id: `cepat-${person.appointment_id}`,
        "aria-label": `${t.quick[next]}: ${person.name}`,
      }),
  );
}

function walkInBox(stop) {
  const field = el("input", {
    id: "nik",
    inputmode: "numeric",
    autocomplete: "off",
    maxlength: "24",
    "aria-describedby": "nik-bantuan nik-salah",
  });
  const fault = el("p", { id: "nik-salah", class: "salah", role: "alert" });
  const refuse = (sentence) => {
    fault.textContent = sentence;
    if (sentence) field.focus();
    field.setAttribute("aria-invalid", String(sentence !== ""));
  };
  const asked = async () => {
    const nik = field.value.replace(/[\s.]/g, ""); // as the card groups it
    const wrong = nikFault(nik);
    refuse(wrong ? t.walkInFaults[wrong](nik.length) : "");
    if (wrong) return undefined;
    if (!navigator.onLine) return announce(t.walkInOnline, true);
    const answer = await walkIn(stop.key, nik).catch(() => null);
    if (!answer) return announce(t.walkInOnline, true);
    const { person, code } = answer;
    if (!person) return announce(t.walkInRefusals[code] ?? t.walkInFailed, true);
    field.value = "";
    await write("walk_in", { appointment_id: person.appointment_id }, {}, t.walkInGiven(person.name));
    return sync();
  };
  return el(
    "details",
    { class: "tamu" },
    el("summary", {}, t.walkIn),
    el("p", { id: "nik-bantuan" }, t.walkInHelp),
    el("label", { for: "nik" }, t.walkInNik),
    field,
    fault,
    button(t.walkInAsk, asked, { id: "beri-tempat" }),
  );
}
