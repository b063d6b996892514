// The people of a stop under the times of their slots, and a search by name where they are many.

import { button, el } from "./dom.js";
import { turnOf } from "./facts.js";
import { chip, stateOf, write } from "./parts.js";
import { clock, t, wordsAt } from "./texts.js";

const NEXT = { none: "check_in", check_in: "done", walk_in: "done" };
const MANY = 8; // more than a screen shows at once

let sought = { stop: null, name: "" }; // outlives a drawing

/** Draw the list; a time stands once above everybody whose turn it is. */
export function peopleList(stop) {
  if (sought.stop !== stop.key) sought = { stop: stop.key, name: "" };
  const turns = new Map();
  for (const person of stop.people) {
    const time = clock(turnOf(person, stop));
    turns.set(time, [...(turns.get(time) ?? []), person]);
  }
  const sections = [...turns].map(([time, people]) =>
    el(
      "section",
      {},
      turns.size > 1 && el("h3", { class: "jam" }, time),
      el("ol", { class: "orang" }, ...people.map((person) => personRow(person, stop))),
    ),
  );
  const list = el("div", {}, ...sections);
  return el("div", {}, stop.people.length > MANY && search(list), list);
}

function search(list) {
  const found = el("p", { class: "kecil", role: "status" });
  const field = el("input", { id: "cari", type: "search", autocomplete: "off", value: sought.name });
  const narrow = () => {
    sought.name = field.value;
    const wanted = field.value.trim().toLowerCase();
    for (const row of list.querySelectorAll("li")) row.hidden = !row.querySelector("strong").textContent.toLowerCase().includes(wanted);
    for (const section of list.children) section.hidden = !section.querySelector("li:not([hidden])");
    found.textContent = wanted ? t.found(list.querySelectorAll("li:not([hidden])").length) : "";
  };
  field.addEventListener("input", narrow);
  narrow();
  return el("div", { class: "cari" }, el("label", { for: "cari" }, t.search), field, found);
}

function personRow(person, stop) {
  const state = stateOf(person);
  const next = NEXT[state.state];
  const words = wordsAt(stop.kind);
  const act = () => {
    document.getElementById("cari")?.blur(); // some browsers leave the focus there, and nothing is drawn under typing
    return write(next, { appointment_id: person.appointment_id });
  };
  return el(
    "li",
    { class: "baris" },
    el(
      "a",
      { class: "isi-baris", href: `#/orang/${person.appointment_id}`, id: `orang-${person.appointment_id}` },
      el("strong", {}, person.name),
      " ",
      el("span", { class: "kecil utuh" }, t.age(person.age)),
      " ",
      person.is_follow_up && el("span", { class: "butuh" }, t.followUp),
      ...person.needs.map((need) => el("span", { class: "butuh" }, t.needs[need] ?? need)),
      state.state !== "none" && el("span", { class: "blok" }, chip(state, words)),
    ),
    next &&
      button(words.quick[next], act, {
        id: `cepat-${person.appointment_id}`,
        "aria-label": `${words.quick[next]}: ${person.name}`,
        "data-lalu": `orang-${person.appointment_id}`,
      }),
  );
}
