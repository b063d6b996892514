// Starts. The build makes one file of this folder: on a slow line every file asked for costs as much as the day.

import { load, model } from "./model.js";
import { refresh, show } from "./screen.js";
import { greeting, keepSyncing, sync } from "./sync.js";

const WIPE_CHECK_MS = 60_000;

async function wipeInTime() {
  const had = model.day;
  await load();
  if (had && !model.day) refresh();
}

async function start() {
  await load();
  navigator.storage?.persist?.(); // some browsers ask a person first: nothing waits for the answer
  show();
  setInterval(wipeInTime, WIPE_CHECK_MS);
  keepSyncing();
  try {
    await sync(greeting());
  } finally {
    // The day comes first: keeping the screen's own files takes the line as well.
    if ("serviceWorker" in navigator) await navigator.serviceWorker.register("/lapangan/sw.js", { scope: "/lapangan" });
  }
}

start();
