// Maps that can be moved: every element with class "peta-interaktif" becomes one.
//
//   data-bounds="south,west,north,east"   where the land lies (drawing at /peta/dasar.svg)
//   data-features="/url"                  GeoJSON to show; properties: label, note, href, colour, radius, kind, day, order,
//                                         form (its pop-up can send that form of the page)
//   data-day="2026-12-01"                 the day whose routes stand out
//   data-choose="Choose"                  what the button of a pop-up with a form says
//   data-pin="lat-input-id,lon-input-id"  a pin that can be dragged, tapped or moved with the arrow keys
//
// The page always says the same in words; a map is a help, never the only way.
"use strict";

const STEP_DEGREES = 0.0005;

// Without a chosen day everything is plain; with one, its routes are strong and those of other days faint.
function styleOf(feature, day) {
  const colour = feature.properties.colour || "#0b4f8a";
  const isFaint = Boolean(day && feature.properties.day && feature.properties.day !== day);
  const strength = isFaint ? 0.15 : 0.85;
  const weight = day && !isFaint ? 5 : 3;
  return { color: colour, weight, opacity: strength, fillColor: colour, fillOpacity: strength };
}

function popupOf(properties, choose) {
  const box = document.createElement("div");
  const title = document.createElement(properties.href ? "a" : "strong");
  title.textContent = properties.label || "";
  if (properties.href) title.href = properties.href;
  box.append(title);
  if (properties.note) {
    const note = document.createElement("p");
    note.textContent = properties.note;
    box.append(note);
  }
  if (properties.form) {
    const button = document.createElement("button");
    button.setAttribute("form", properties.form);
    button.textContent = choose;
    box.append(button);
  }
  return box;
}

function showFeatures(map, collection, { day, choose }) {
  const layer = L.geoJSON(collection, {
    style: (feature) => styleOf(feature, day),
    pointToLayer: (feature, at) =>
      L.circleMarker(at, {
        ...styleOf(feature, day),
        radius: feature.properties.radius || (day && feature.properties.day === day ? 12 : 8),
        color: "#ffffff",
        weight: 2,
      }),
    onEachFeature: (feature, shape) => {
      const { label, order, day: ofDay } = feature.properties;
      if (label) shape.bindPopup(popupOf(feature.properties, choose));
      if (order && day && ofDay === day) {
        shape.bindTooltip(document.createTextNode(order), { permanent: true, direction: "center", className: "urutan" });
      }
    },
  }).addTo(map);
  const shown = layer.getLayers().filter((shape) => !day || shape.feature.properties.day === day);
  const bounds = L.featureGroup(shown).getBounds();
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.15), { maxZoom: 12 });
}

function placePin(map, element) {
  const [latInput, lonInput] = element.dataset.pin.split(",").map((id) => document.getElementById(id));
  const given = latInput.value && lonInput.value;
  const start = given ? [Number(latInput.value), Number(lonInput.value)] : map.getCenter();
  const label = element.dataset.pinLabel || "";
  const pin = L.marker(start, { draggable: true, keyboard: true, title: label, alt: label, autoPan: true }).addTo(map);
  const write = (at) => {
    latInput.value = at.lat.toFixed(6);
    lonInput.value = at.lng.toFixed(6);
    latInput.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const moveTo = (at) => {
    pin.setLatLng(at);
    write(pin.getLatLng());
  };
  pin.on("dragend", () => write(pin.getLatLng()));
  map.on("click", (event) => moveTo(event.latlng));
  pin.getElement().addEventListener("keydown", (event) => {
    const step = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = pin.getLatLng();
    moveTo(L.latLng(at.lat + step[0] * STEP_DEGREES, at.lng + step[1] * STEP_DEGREES));
  });
  for (const input of [latInput, lonInput]) {
    input.addEventListener("input", () => {
      const at = [Number(latInput.value), Number(lonInput.value)];
      if (at.every(Number.isFinite)) pin.setLatLng(at);
    });
  }
  if (given) map.setView(start, 12);
}

async function start(element) {
  const [south, west, north, east] = element.dataset.bounds.split(",").map(Number);
  const land = L.latLngBounds([south, west], [north, east]);
  const map = L.map(element, {
    crs: L.CRS.EPSG4326,
    attributionControl: false,
    maxBounds: land.pad(0.1),
    zoomSnap: 0.25,
    zoomDelta: 0.5,
    minZoom: 6,
    maxZoom: 15,
    scrollWheelZoom: false,
  });
  L.imageOverlay("/peta/dasar.svg", land).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.fitBounds(land);
  element.map = map;
  if (element.dataset.features) {
    const answer = await fetch(element.dataset.features, { headers: { Accept: "application/geo+json" } });
    if (answer.ok) showFeatures(map, await answer.json(), element.dataset);
  }
  if (element.dataset.pin) placePin(map, element);
}

function startAll(root) {
  for (const element of root.querySelectorAll(".peta-interaktif:not(.leaflet-container)")) start(element);
}

document.addEventListener("DOMContentLoaded", () => startAll(document));
document.addEventListener("htmx:load", (event) => startAll(event.detail.elt));
