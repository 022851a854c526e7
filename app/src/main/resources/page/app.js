"use strict";

// The page of one server. All addresses are relative, since a balancer may stand before it and may
// send every request to another server: the page always says whose values it shows.
const HISTORY = 60;
const SILENCE_MS = 15000;
const RETRY_MS = 1000;
const byId = (id) => document.getElementById(id);
const buttons = [...document.querySelectorAll("button[data-situation]")];

let samples = [];
let source;
let lastHeard = 0;
let retry;

function connect() {
  clearTimeout(retry);
  retry = undefined;
  if (source) source.close();
  lastHeard = Date.now();
  source = new EventSource("events");
  source.addEventListener("samples", (event) => receive(JSON.parse(event.data)));
  source.addEventListener("end", () => lost("server is stopping"));
  source.onerror = () => lost("connection lost");
}

// The browser reconnects by itself after a cut, but not after an error status: so we always do it.
function lost(why) {
  source.close();
  connection("lost", why + ", reconnecting");
  document.body.classList.add("stale");
  if (!retry) retry = setTimeout(connect, RETRY_MS);
}

function connection(state, text) {
  byId("connection").dataset.state = state;
  byId("connection").textContent = text;
}

function receive(news) {
  const newest = news.at(-1);
  const before = samples.at(-1);
  lastHeard = Date.now();
  if (before && before.server !== newest.server) {
    notice(`Now answered by ${newest.server}, before by ${before.server}.`);
  }
  const from = Date.parse(news[0].at);
  samples = samples.filter((s) => s.server === newest.server && Date.parse(s.at) < from)
    .concat(news).slice(-HISTORY);
  connection("live", "live");
  document.body.classList.remove("stale");
  show(newest);
}

function show(sample) {
  const { load, metrics } = sample;
  document.title = `${sample.server} · ${load.cpu.toFixed(0)} % CPU · Sluice`;
  byId("server").textContent = sample.server;
  byId("zone").textContent = sample.zone;
  byId("cpu").textContent = load.cpu.toFixed(1);
  byId("memory").textContent = load.memory.toFixed(1);
  byId("gpu").textContent = load.gpu.toFixed(1);
  byId("throughput").textContent = load.throughput.toFixed(1);
  byId("in_flight").textContent = load.in_flight.toFixed(0);
  byId("playing").textContent =
    sample.situation === "real" ? "measured from the process" : `played: ${sample.situation}`;
  mark(sample.situation);
  byId("metrics").dataset.state = metrics.state;
  byId("metrics").textContent = describe(metrics);
  draw();
}

function describe(metrics) {
  if (metrics.state === "off") return "Metrics: off, no Kafka was named";
  const counts = `${metrics.sent} sent, ${metrics.dropped} dropped, ${metrics.failed} failed`;
  return `Metrics: ${metrics.state} · ${counts}` + (metrics.problem ? ` · ${metrics.problem}` : "");
}

function mark(situation) {
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button.dataset.situation === situation));
  }
}

function draw() {
  const now = Date.parse(samples.at(-1).at);
  const points = samples
    .map((s) => [600 - (now - Date.parse(s.at)) / 100, 200 - 2 * s.load.cpu])
    .filter(([x]) => x >= 0)
    .map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  const line = "M" + points.join("L");
  byId("line").setAttribute("d", line);
  byId("area").setAttribute("d", `${line}V200H${points[0].split(" ")[0]}Z`);
}

function notice(text, kind = "info") {
  byId("notice").textContent = text;
  byId("notice").dataset.kind = kind;
  byId("notice").hidden = !text;
}

async function play(button) {
  const situation = button.dataset.situation;
  button.disabled = true;
  try {
    const response = await fetch("simulation", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ situation }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail);
    const shown = samples.at(-1)?.server;
    if (!shown || answer.server === shown) {
      notice("");
      mark(answer.situation);
    } else {
      notice(`${answer.server} took it: this page shows ${shown}. Press again to reach another server.`);
    }
  } catch (error) {
    notice(`${situation} was not taken: ${error.message}`, "error");
  } finally {
    button.disabled = false;
  }
}

for (const button of buttons) button.addEventListener("click", () => play(button));
setInterval(() => {
  if (!retry && Date.now() - lastHeard > SILENCE_MS) lost("no news");
}, 1000);
connect();
