// A visit may be dragged to another cell of the board: that fills in the form below and sends it, nothing else.
"use strict";

const BOARD = ".papan";
let dragged = null;

function form() {
  return document.getElementById("ubah-kunjungan");
}

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.('.kunjungan[draggable="true"]');
  if (!card) return;
  dragged = card.id;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.id);
});

function cellUnder(event) {
  const cell = event.target.closest?.(`${BOARD} td[data-shift]`);
  return dragged && cell ? cell : null;
}

document.addEventListener("dragover", (event) => {
  const cell = cellUnder(event);
  if (!cell) return;
  event.preventDefault();
  cell.classList.add("sasaran");
});

document.addEventListener("dragleave", (event) => cellUnder(event)?.classList.remove("sasaran"));

document.addEventListener("dragend", () => {
  dragged = null;
  for (const cell of document.querySelectorAll(".sasaran")) cell.classList.remove("sasaran");
});

document.addEventListener("drop", (event) => {
  const cell = cellUnder(event);
  if (!cell) return;
  event.preventDefault();
  const fields = form().elements;
  fields.visit.value = dragged;
  fields.shift.value = cell.dataset.shift;
  fields.kind.value = "move";
  form().requestSubmit();
});
