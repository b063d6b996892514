// A visit goes to another cell of the board in two ways: it is dragged there, or it is picked up, by a tap, a click or
// the keyboard, and put down in the cell that is tapped next. Both fill in the form beside the board and send it.
"use strict";

const CARD = '.kunjungan[draggable="true"]';
const CELL = ".papan td[data-shift]";
const EDGE_SHARE = 0.18; // of the window's height, above and below: there it scrolls while a visit is dragged
const FASTEST_PX_S = 1600;
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const form = document.getElementById("ubah-kunjungan");
const note = document.getElementById("dipegang");

function send(visit, cell) {
  const fields = form.elements;
  fields.visit.value = visit;
  fields.shift.value = cell.dataset.shift;
  fields.kind.value = "move";
  form.requestSubmit();
}

// Picked up and put down

let picked = null;

function pick(card) {
  release();
  picked = card;
  keepingInPlace(card, () => {
    card.classList.add("terpegang");
    for (const cell of document.querySelectorAll(CELL)) if (!cell.contains(card)) cell.prepend(target(card, cell));
    tell(`${card.id} ${note.dataset.held}`);
  });
}

function target(card, cell) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tujuan";
  button.textContent = note.dataset.here;
  const day = cell.parentElement.querySelector("th").innerText;
  const team = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
  button.setAttribute("aria-label", `${note.dataset.here}: ${day}, ${team} (${card.id})`);
  return button;
}

function release() {
  if (!picked) return;
  const card = picked;
  picked = null;
  const had = document.activeElement.matches(".tujuan, .lepas");
  keepingInPlace(card, () => {
    card.classList.remove("terpegang");
    for (const button of document.querySelectorAll(".tujuan")) button.remove();
    tell(`${card.id} ${note.dataset.released}`);
  });
  if (had) card.querySelector(".pegang").focus();
}

// What comes and goes above the card must not move it away from under the finger.
function keepingInPlace(card, change) {
  const before = card.getBoundingClientRect().top;
  change();
  scrollBy({ top: card.getBoundingClientRect().top - before, behavior: "instant" });
}

function tell(words) {
  note.classList.toggle("memegang", picked !== null);
  note.querySelector("p").textContent = words;
  note.querySelector("button").hidden = picked === null;
}

function clicked(event) {
  if (event.target.closest(".lepas")) release();
  if (event.target.closest("a, #dipegang")) return;
  const cell = event.target.closest(CELL);
  const card = event.target.closest(CARD);
  if (picked && cell && !cell.contains(picked) && !event.target.closest(".pegang")) send(picked.id, cell);
  else if (card && card === picked) release();
  else if (card) pick(card);
}

function pressed(event) {
  if (!picked) return;
  if (event.key === "Escape") release();
  const step = STEPS[event.key];
  const from = event.target.closest?.(".papan td");
  if (!step || !from) return;
  event.preventDefault();
  neighbour(from, ...step)?.querySelector(".tujuan").focus();
}

// The next cell that way in which the visit can be put; days off and the visit's own cell are passed over.
function neighbour(from, down, right) {
  const rows = [...document.querySelectorAll(".papan tbody tr")].filter((row) => row.checkVisibility());
  let row = rows.indexOf(from.parentElement);
  let column = from.cellIndex;
  for (;;) {
    row += down;
    column += right;
    const cell = rows[row]?.cells[column];
    if (!rows[row] || (right && !cell)) return null;
    if (cell?.querySelector(".tujuan")) return cell;
  }
}

// Dragged

let dragged = null;
let pointerY = null; // null: the pointer has left the window

function cellUnder(event) {
  const cell = event.target.closest?.(CELL);
  return dragged && cell ? cell : null;
}

function scrollAtTheEdges(then) {
  requestAnimationFrame((now) => {
    if (!dragged) return;
    const edge = innerHeight * EDGE_SHARE;
    if (pointerY !== null) {
      const depth = Math.max(0, edge - pointerY) - Math.max(0, pointerY - (innerHeight - edge));
      const share = Math.max(-1, Math.min(1, depth / edge));
      scrollBy({ top: (-share * FASTEST_PX_S * Math.min(now - then, 50)) / 1000, behavior: "instant" });
    }
    scrollAtTheEdges(now);
  });
}

function dragBegan(event) {
  const card = event.target.closest?.(CARD);
  if (!card) return;
  release();
  dragged = card.id;
  pointerY = null;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.id);
  scrollAtTheEdges(performance.now());
}

function draggedOver(event) {
  if (!dragged) return;
  pointerY = event.clientY;
  const cell = cellUnder(event);
  for (const other of document.querySelectorAll(".sasaran")) if (other !== cell) other.classList.remove("sasaran");
  if (!cell) return;
  event.preventDefault();
  cell.classList.add("sasaran");
}

function dragEnded() {
  dragged = null;
  for (const cell of document.querySelectorAll(".sasaran")) cell.classList.remove("sasaran");
}

function dropped(event) {
  const cell = cellUnder(event);
  if (!cell) return;
  event.preventDefault();
  const visit = dragged;
  dragEnded();
  send(visit, cell);
}

if (form) {
  for (const button of document.querySelectorAll(".pegang")) button.hidden = false;
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("dragstart", dragBegan);
  document.addEventListener("dragenter", draggedOver);
  document.addEventListener("dragover", draggedOver);
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) pointerY = null;
  });
  document.addEventListener("dragend", dragEnded);
  document.addEventListener("drop", dropped);
  addEventListener("pageshow", release); // also where the browser brings the page back as it was left
}
