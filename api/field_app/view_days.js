// First screen: the team's day as a list of stops, with the map.

import { drawing, el } from "./dom.js";
import { model } from "./model.js";
import { callLink, heading, progressOf } from "./parts.js";
import { clock, clockIn, dateIn, longDate, t } from "./texts.js";

/** Show a day of the package; the one of the address, else the first that is not over. */
export function daysView(chosen) {
  const { days, timezone, team_label } = model.day;
  if (!days.length) return el("div", {}, heading(t.restDay), el("p", {}, t.restDayNow), ...foot());
  const today = dateIn(timezone, new Date());
  const day = days.find((one) => one.date === chosen) ?? days.find((one) => one.date >= today) ?? days.at(-1);
  return el(
    "div",
    {},
    el("p", { class: "kecil tim" }, team_label),
    days.length > 1 && tabs(days, day, today),
    heading([nearness(day.date, today), longDate(day.date)].filter(Boolean).join(", ")),
    el("p", {}, `${t.leaves(clock(day.leaves_at), clock(day.back_at))}, ${way(day)}`),
    el("h2", {}, t.stops),
    el("ol", { class: "tempat" }, ...day.stops.map((stop, at) => stopCard(stop, at + 1))),
    el("a", { class: "tombol lebar-penuh", href: day.directions_url, rel: "noreferrer", target: "_blank" }, t.route),
    mapOf(day),
    el("a", { class: "tombol lebar-penuh", href: `/lapangan/lembar/${day.date}.pdf` }, t.runSheet),
    ...foot(),
  );
}

/** Whom to ask, and how old all this is. */
function foot() {
  const { office_phone, timezone } = model.day;
  return [
    callLink(t.office, office_phone, "lebar-penuh"),
    el("p", { class: "kecil" }, t.synced(clockIn(timezone, new Date(model.syncedAt)))),
  ];
}

function way(day) {
  const km = Math.round(day.distance_m / 1000);
  return day.travel_is_estimate ? t.about(km) : t.km(km);
}

/** "Hari ini" or "Besok"; null for a day that is over, on a phone that had no signal since. */
const nearness = (date, today) => (date < today ? null : date === today ? t.today : t.tomorrow);

function tabs(days, shown, today) {
  const links = days.map((day) =>
    el(
      "a",
      { class: "tombol", href: `#/hari/${day.date}`, "aria-current": day === shown ? "page" : null },
      nearness(day.date, today) ?? longDate(day.date),
    ),
  );
  return el("nav", { class: "pilihan", "aria-label": t.days }, ...links);
}

function stopCard(stop, order) {
  return el(
    "li",
    { class: "kartu" },
    el(
      "a",
      { href: `#/tempat/${stop.key}`, class: "isi-kartu" },
      el("span", { class: "nomor", "aria-hidden": "true" }, order),
      el(
        "span",
        {},
        el("strong", {}, stop.place),
        el("span", { class: "blok" }, `${t.arrival} ${clock(stop.arrival_at)} · ${t.kinds[stop.kind]}`),
        el("span", { class: "blok" }, stop.is_surveyed ? progressOf(stop) : t.notSurveyed),
      ),
    ),
  );
}

function mapOf(day) {
  const picture = day.map_svg && drawing(day.map_svg);
  return picture && el("section", {}, el("h2", {}, t.map), el("figure", { class: "peta-hari" }, picture));
}
