// One person: needs, documents, and what became of them.

import { button, el } from "./dom.js";
import { notes, turnOf } from "./facts.js";
import { model } from "./model.js";
import { backTo, chip, heading, noteBox, stateOf, takeBack, write } from "./parts.js";
import { clock, t, wordsAt } from "./texts.js";

const REASONS = {
  incomplete: ["document_missing", "data_mismatch", "other"],
  deferred: ["questioning", "outage", "other"],
  refused: ["not_eligible", "false_statement", "other"],
};
const ACTS = ["check_in", "done", "absent", "incomplete", "deferred", "refused"];

let asking = null; // {appointment_id, type}: an outcome that needs a reason

/** Show a person; null when the package does not have them. `again` draws the screen anew. */
export function personView(id, again) {
  const stops = model.day.days.flatMap((day) => day.stops);
  const stop = stops.find((one) => one.people.some((person) => person.appointment_id === id));
  const person = stop?.people.find((one) => one.appointment_id === id);
  if (!person) return null;
  const state = stateOf(person);
  const words = wordsAt(stop.kind);
  const about = { appointment_id: id };
  const known = notes(person.report.notes, model.log, (one) => one.appointment_id === id, model.syncedAt);
  const next = stop.people[stop.people.indexOf(person) + 1];
  return el(
    "div",
    {},
    backTo(`#/tempat/${stop.key}`, t.list),
    el("p", { class: "kecil" }, stop.place),
    heading(person.name),
    el("p", {}, ...particulars(person, stop)),
    person.needs.length > 0 &&
      el("p", { class: "pesan kebutuhan" }, `${t.needsTitle}: ${person.needs.map((need) => t.needs[need] ?? need).join(", ")}`),
    el("p", { class: "keadaan-kini", id: "keadaan", tabindex: "-1" }, `${t.status}: `, chip(state, words)),
    state.state === "disputed" && el("p", { class: "pesan perlu" }, t.disputedNow),
    asking?.appointment_id === id ? reasonBox(about, again) : actBox(state, about, words, again),
    el("h2", {}, words.documents),
    el("ul", { class: "dokumen", lang: "id" }, ...person.documents.map((document) => el("li", {}, document))),
    noteBox(known, about),
    el("p", { class: "kecil rujukan" }, [t.request(person.request), person.party && t.party(person.party)].filter(Boolean).join(" · ")),
    next && el("p", {}, el("a", { class: "tombol utama lebar-penuh", href: `#/orang/${next.appointment_id}` }, `${t.next}: ${next.name} →`)),
  );
}

/** What tells a person from others, each piece whole on its line. */
function particulars(person, stop) {
  const known = [
    `${t.slot} ${clock(turnOf(person, stop))}`,
    t.age(person.age),
    t.cases[person.passport_case] ?? person.passport_case,
    person.is_follow_up && t.followUp,
    t.nik(person.nik_tail),
  ];
  return known.filter(Boolean).flatMap((piece, at) => [at > 0 && " · ", el("span", { class: "utuh" }, piece)]);
}

function actBox(state, about, { acts }, again) {
  const act = (type) => {
    const press = () => {
      if (!REASONS[type]) return write(type, about);
      asking = { ...about, type };
      return again("alasan");
    };
    const isMain = type === (state.state === "none" ? "check_in" : "done");
    return button(acts[type], press, { id: `catat-${type}`, class: isMain ? "utama" : null, "data-lalu": "keadaan" });
  };
  const offered = ACTS.filter((type) => type !== state.state && !(type === "check_in" && state.state !== "none"));
  return el(
    "section",
    {},
    el("h2", {}, t.record),
    el("div", { class: "tindakan" }, ...offered.map(act)),
    state.last && button(t.undo, () => takeBack(state.last), { id: "batalkan", "data-lalu": "keadaan" }),
  );
}

function reasonBox(about, again) {
  const { type } = asking;
  const stop = () => {
    asking = null;
    again(`catat-${type}`);
  };
  const choose = (reason) => async () => {
    asking = null;
    await write(type, about, { reason });
    again("keadaan");
  };
  const choices = REASONS[type].map((reason) => button(t.reasons[reason], choose(reason), { id: `alasan-${reason}` }));
  return el(
    "section",
    { "aria-labelledby": "alasan" },
    el("h2", { id: "alasan", tabindex: "-1" }, t.why[type]),
    el("div", { class: "tindakan" }, ...choices, button(t.cancel, stop, { id: "tidak-jadi" })),
  );
}
