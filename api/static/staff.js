// Small helps on every screen. Everything works without them, only less comfortably.
"use strict";

// On a phone the menu is one line that scrolls: it begins where the reader is.
const here = document.querySelector(".bilah nav [aria-current]");
if (here) here.parentElement.scrollLeft += here.getBoundingClientRect().left - here.parentElement.getBoundingClientRect().left;

// A form that was sent cannot be sent twice, and says that it is at work.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.target.hasAttribute("hx-post")) return;
  if (button.dataset.ask && !confirm(button.dataset.ask)) {
    event.preventDefault();
    return;
  }
  setTimeout(() => {
    button.disabled = true;
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  });
});

// A file that is cut off on its way can be sent again: the page stays, says so, and keeps the file.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.interrupted || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  const label = button.textContent;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "text/html" },
    });
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("main [role=alert]")?.scrollIntoView();
  } catch {
    const note = form.querySelector("[role=alert]") || form.insertBefore(document.createElement("p"), button);
    note.className = "pesan perlu";
    note.setAttribute("role", "alert");
    note.textContent = form.dataset.interrupted;
    button.disabled = false;
    button.textContent = label;
  }
});

// Coming back with the browser's button shows the form ready to be sent again; one that was taken already, as it is now.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (document.querySelector('input[name="versi"]')) location.reload();
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

// What is typed into a field ticks the choice that it belongs to; another choice empties the field.
document.addEventListener("input", (event) => {
  const choice = document.getElementById(event.target.dataset.ticks);
  if (choice && event.target.value) choice.checked = true;
});
document.addEventListener("change", (event) => {
  for (const field of document.querySelectorAll("[data-ticks]")) {
    const choice = document.getElementById(field.dataset.ticks);
    if (event.target.name === choice.name && event.target !== choice) field.value = "";
  }
});

// A file may be dropped onto its field.
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const field = event.target.closest?.(".taruh");
    if (!field) return;
    event.preventDefault();
    field.classList.toggle("di-atas", name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    const input = field.querySelector('input[type="file"]');
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
