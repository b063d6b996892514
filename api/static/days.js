// How many places the ticked days have, before the form is sent.
"use strict";

const note = document.querySelector(".jumlah");

function count() {
  const ticked = [...document.querySelectorAll("input[data-room]:checked")];
  const places = ticked.reduce((sum, day) => sum + Number(day.dataset.room), 0);
  const isEnough = places >= Number(note.dataset.people);
  note.querySelector("[data-sum]").textContent = places;
  note.querySelector("[data-has]").hidden = !places;
  note.querySelector("[data-full]").hidden = places > 0;
  note.classList.toggle("baik", isEnough);
  note.classList.toggle("perlu", places > 0 && !isEnough);
  note.hidden = !ticked.length;
}

// Later months and lesser offers are folded for telephones; where there is room, and on paper, all of them show.
function unfold() {
  for (const folded of document.querySelectorAll(".bulan-bulan details, .usulan details")) folded.open = true;
}
if (matchMedia("(min-width: 40rem)").matches) unfold();
addEventListener("beforeprint", unfold);

document.addEventListener("change", count);
addEventListener("pageshow", count);
