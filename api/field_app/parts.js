// Pieces that several screens share.

import { button, el } from "./dom.js";
import { isOutcome, personState } from "./facts.js";
import { changed, model, record } from "./model.js";
import { sync } from "./sync.js";
import { clockIn, t } from "./texts.js";

const SHOWN_MS = 4_000;

/** Say something for a moment, also to screen readers. */
export function announce(text, isWarning = false) {
  const line = document.getElementById("kabar");
  line.textContent = text;
  line.className = isWarning ? "kabar perlu" : "kabar";
  clearTimeout(announce.timer);
  announce.timer = setTimeout(() => line.replaceChildren(), isWarning ? 3 * SHOWN_MS : SHOWN_MS);
}

/** Write a fact down and say so; then send it if there is signal. Never says "saved" before it is. */
export async function write(type, about, payload, said = t.saved) {
  try {
    await record(type, about, payload);
  } catch (error) {
    announce(t.notSaved, true);
    throw error;
  }
  announce(said);
  if (navigator.onLine) sync();
}

/** Take the last fact back. */
export const takeBack = (operation) => {
  const { op_id, appointment_id, stop } = operation;
  const about = appointment_id ? { appointment_id } : { stop };
  return write("void", about, { target: op_id, text: t.mistake }, t.undone);
};

export const stateOf = (person) => personState(person, model.log, model.syncedAt);

/** How many people of a stop have an outcome. */
export const progressOf = ({ people }) => t.progress(people.filter((person) => isOutcome(stateOf(person).state)).length, people.length);

/** State in the words of its kind of stop, with a sign, so that nobody has to tell colours apart. */
export function chip({ state, reason, isPending }, { states }) {
  const words = reason ? `${states[state]}: ${t.reasons[reason]}` : states[state];
  return el(
    "span",
    { class: `keadaan keadaan-${state}` },
    el("span", { "aria-hidden": "true" }, SIGNS[state] ?? "○"),
    ` ${words} `,
    isPending && isPending && el("span", { class: "tunda utuh" }, `(${t.waiting})`),
  );
}

const SIGNS = {
  none: "○",
  check_in: "◐",
  walk_in: "◐",
  done: "✓",
  absent: "–",
  incomplete: "!",
  deferred: "…",
  refused: "×",
  disputed: "?",
};

/** A heading that takes the focus when its screen opens. */
export const heading = (text) => el("h1", { tabindex: "-1", id: "judul" }, text);

export const backTo = (address, label) => el("p", { class: "kembali" }, el("a", { class: "tombol", href: address }, `← ${label}`));

const drafts = new Map(); // what was typed and not saved yet, by whom or what it is about: it outlives a drawing

/** Notes that are known, and a field for another one. */
export function noteBox(known, about) {
  const [key] = Object.values(about);
  const keep = ({ target }) => drafts.set(key, target.value);
  const attributes = { id: "catatan", rows: "3", maxlength: "1000", "aria-describedby": "catatan-bantuan", oninput: keep };
  const field = el("textarea", attributes, drafts.get(key));
  const save = async () => {
    const text = field.value.trim();
    if (!text) return field.focus();
    await write("note", about, { text });
    drafts.delete(key);
    field.value = "";
    changed();
  };
  return el(
    "section",
    {},
    el("h2", {}, t.notes),
    known.length > 0 && el("ul", { class: "catatan-lama" }, ...known.map((text) => el("li", {}, text))),
    el("label", { for: "catatan" }, t.newNote),
    el("p", { id: "catatan-bantuan", class: "kecil" }, t.noteHelp),
    field,
    button(t.saveNote, save, { id: "simpan-catatan" }),
  );
}

export const timeOf = (moment) => clockIn(model.day.timezone, new Date(moment));

/** "tel:" link with a number as people read it. */
export const callLink = (label, number, style = "") => el("a", { class: `tombol telepon ${style}`, href: `tel:${number}` }, label);

