// Draws the screen, anew when something changed, and keeps the bar above it right.

import { button, el } from "./dom.js";
import { model, onChange, unsent } from "./model.js";
import { heading } from "./parts.js";
import { sync } from "./sync.js";
import { t } from "./texts.js";
import { daysView } from "./view_days.js";
import { personView } from "./view_person.js";
import { queueView } from "./view_queue.js";
import { stopView } from "./view_stop.js";

const main = document.getElementById("isi");

function screen() {
  const [, name, ...rest] = decodeURIComponent(location.hash).split("/");
  if (name === "antrean") return queueView();
  if (!model.day) return emptyView();
  if (name === "tempat") return stopView(rest.join("/")) ?? daysView();
  if (name === "orang") return personView(rest[0], draw) ?? daysView();
  return daysView(rest[0]);
}

/** What to do while there is no day on the phone. */
function emptyView() {
  const signIn = el("a", { class: "tombol utama lebar-penuh", href: "/masuk?lanjut=/lapangan" }, t.signIn);
  const fetchNow = button(t.sync, sync, { id: "kirim", class: "utama lebar-penuh" });
  const words = {
    signIn: [t.signIn, t.signInFirst, signIn],
    revoked: [t.revoked, t.revokedNow],
    noTeam: [t.noTeam, t.noTeamNow, signIn],
  }[model.problem] ?? (model.isSyncing ? [t.fetching] : [t.noData, t.noDataNow, fetchNow]);
  const waiting = unsent().length;
  const [title, sentence, control] = words;
  return el(
    "div",
    {},
    heading(title),
    sentence && el("p", {}, sentence),
    control,
    waiting > 0 && el("p", { class: "pesan" }, t.queued(waiting), ". ", t.queueKept),
    model.login && !model.problem && el("p", { class: "kecil" }, t.wiped),
  );
}

/** Draw the screen and put the focus on an element of it, or on another one when that one is gone. */
function draw(focused, otherwise) {
  main.replaceChildren(screen());
  drawBar();
  const found = document.getElementById(focused) ?? document.getElementById(otherwise);
  found?.focus({ preventScroll: focused !== "judul" });
}

/** Something changed by itself: what somebody is typing is not torn away. */
export function refresh() {
  const active = document.activeElement;
  const isTyping = ["TEXTAREA", "INPUT"].includes(active?.tagName) && active.value;
  if (isTyping) drawBar();
  else draw(active?.id, active?.dataset.lalu);
}

function drawBar() {
  const waiting = unsent().length;
  const isUp = navigator.onLine;
  const signal = document.getElementById("sinyal");
  say(signal, isUp ? t.online : t.offline);
  signal.className = isUp ? "sinyal" : "sinyal putus";
  const queue = document.getElementById("antre");
  queue.textContent = model.isSyncing && waiting ? t.syncing : t.queued(waiting);
  queue.className = waiting ? "tombol antre ada" : "tombol antre";
  document.querySelector(".lompat").textContent = t.skip;
  const warning = document.getElementById("peringatan");
  const needsSignIn = model.problem === "signIn" && model.day;
  const isSkewed = model.problem === "skewed";
  warning.hidden = !needsSignIn && !isSkewed;
  if (isSkewed) say(warning, t.skewed);
  else if (!needsSignIn) say(warning, "");
  else if (!warning.firstElementChild) warning.replaceChildren(el("a", { class: "tombol", href: "/masuk?lanjut=/lapangan" }, t.signInAgain));
}

/** Text of something that a screen reader reads aloud whenever it is written: only what is new is. */
function say(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** Another screen: from its beginning, or where it was left for one of its people or stops. */
function opened({ oldURL }) {
  const left = decodeURIComponent(new URL(oldURL).hash);
  scrollTo(0, 0);
  draw("judul");
  const link = [...main.querySelectorAll("li a")].find((one) => one.getAttribute("href") === left);
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "center" });
}

/** To the content without another address: an address is a screen here. */
function skip(event) {
  event.preventDefault();
  document.getElementById("judul")?.focus();
}

/** Draw for the first time, and from now on whenever something changed. */
export function show() {
  document.title = t.title;
  onChange(refresh);
  draw();
  document.querySelector(".lompat").addEventListener("click", skip);
  addEventListener("hashchange", opened);
  addEventListener("online", drawBar);
  addEventListener("offline", drawBar);
}
