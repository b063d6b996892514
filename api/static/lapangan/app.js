// Starts: the office is asked for the day while the files of the screens are still coming.

import { load, model } from "./model.js";
import { greeting, keepSyncing, sync } from "./sync.js";

const WIPE_CHECK_MS = 60_000;

async function draw() {
  const { refresh, show } = await import("./screen.js");
  show();
  setInterval(async () => {
    const had = model.day;
    await load();
    if (had && !model.day) refresh();
  }, WIPE_CHECK_MS);
}

async function start() {
  await load();
  navigator.storage?.persist?.(); // some browsers ask a person first: nothing waits for the answer
  keepSyncing();
  try {
    await Promise.all([draw(), sync(greeting())]);
  } finally {
    // The day comes first: keeping the screen's own files takes the line as well.
    if ("serviceWorker" in navigator) await navigator.serviceWorker.register("/lapangan/sw.js", { scope: "/lapangan" });
  }
}

start();
