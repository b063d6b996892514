// Somebody came to a hall without an appointment: their NIK is asked for, and the office whether there is a place.

import { button, el } from "./dom.js";
import { nikFault } from "./nik.js";
import { announce, write } from "./parts.js";
import { sync, walkIn } from "./sync.js";
import { t } from "./texts.js";

let openAt = null; // the stop whose box somebody opened: it outlives a drawing

/** Draw the box; closed until somebody wants it. */
export function walkInBox(stop) {
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
    openAt = null;
    await write("walk_in", { appointment_id: person.appointment_id }, {}, t.walkInGiven(person.name));
    return sync();
  };
  return el(
    "details",
    {
      class: "tamu",
      open: openAt === stop.key,
      ontoggle: ({ target }) => {
        openAt = target.open ? stop.key : null;
      },
    },
    el("summary", {}, t.walkIn),
    el("p", { id: "nik-bantuan" }, t.walkInHelp),
    el("label", { for: "nik" }, t.walkInNik),
    field,
    fault,
    button(t.walkInAsk, asked, { id: "beri-tempat", class: "utama lebar-penuh" }),
  );
}
