// Lets a page's figures move: hears the stream, fetches the page anew and puts in what has changed.
"use strict";

const BACK_OFF = [500, 1000, 2000, 5000];
const SILENT_MS_MAX = 12000;
const REFRESH_MS_MIN = 400;
const MOVES_KEPT = 4;

const said = document.body.dataset;
const state = document.getElementById("stream");
const moves = document.getElementById("moved");
let source = null, failures = 0, heardAt = 0, isFirst = true, refreshing = false, again = false, isOver = false;

function show(name, text) {
  if (state.dataset.state === name && state.textContent === text) return;
  state.dataset.state = name;
  state.textContent = text;
}

function connect() {
  if (source) source.close();
  heardAt = Date.now();
  source = new EventSource(said.stream);
  source.addEventListener("alive", (event) => { alive(JSON.parse(event.data)); });
  source.addEventListener("figures", (event) => {
    const told = JSON.parse(event.data);
    alive(told);
    tell(told);
    refresh();
  });
  source.addEventListener("over", over);
  source.onerror = stopped;
}

function alive(told) {
  heardAt = Date.now();
  failures = 0;
  show("live", said.live);
  // What happened while nobody listened is in the page that is fetched now.
  if (isFirst || state.dataset.missed) refresh();
  isFirst = false;
  delete state.dataset.missed;
}

function stopped() {
  if (isOver) return;
  if (source) source.close();
  state.dataset.missed = "1";
  show("stopped", said.stopped);
  window.setTimeout(connect, BACK_OFF[Math.min(failures++, BACK_OFF.length - 1)]);
}

function over() {
  isOver = true;
  source.close();
  show("stopped", said.expired);
}

window.setInterval(() => {
  if (!isOver && source && source.readyState !== EventSource.CLOSED && Date.now() - heardAt > SILENT_MS_MAX) stopped();
}, 1000);

function tell(told) {
  const line = document.createElement("p");
  const lag = told.lag ? ` (${said.lag} ${told.lag} ${said.seconds})` : "";
  line.textContent = `${moves.dataset.title}${lag}: ${(told.moved || []).join(" · ")}`;
  moves.prepend(line);
  while (moves.childElementCount > MOVES_KEPT) moves.lastChild.remove();
}

async function refresh() {
  if (refreshing) { again = true; return; }
  refreshing = true;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) { over(); return; }
    if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The stream notices that nobody answers.
  } finally {
    window.setTimeout(() => {
      refreshing = false;
      if (again) { again = false; refresh(); }
    }, REFRESH_MS_MIN);
  }
}

function replace(page) {
  for (const old of document.querySelectorAll("[data-live][id]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.innerHTML === old.innerHTML) continue;
    const before = new Map(figures(old).map((figure) => [figure.dataset.figure, figure.value]));
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    old.replaceChildren(...fresh.childNodes);
    for (const figure of figures(old)) {
      if (before.has(figure.dataset.figure) && before.get(figure.dataset.figure) !== figure.value) figure.classList.add("moving");
    }
    if (focused) old.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
  narrow();
}

function figures(within) {
  return [...within.querySelectorAll("[data-figure]")];
}

// The table's filter answers while one types; without a script its button does.
function plain(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

function narrow() {
  const box = document.querySelector(".filter input[type=search]");
  if (!box) return;
  const wanted = plain(box.value);
  for (const row of document.querySelectorAll("#units tbody tr")) row.hidden = !plain(row.cells[0].textContent).includes(wanted);
}

document.querySelector(".filter input[type=search]")?.addEventListener("input", narrow);
document.addEventListener("click", (event) => {
  const to = event.target.closest?.("[data-to]")?.getAttribute("data-to");
  if (to) location.assign(to);
});

// A slider needs the script: without it days are reached by the steps beside it and by the form.
function slide() {
  const days = document.getElementById("days");
  if (!days) return;
  const slider = days.querySelector("input"), shown = days.querySelector("output");
  const dayAt = () => {
    const day = new Date(`${slider.dataset.first}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(slider.value));
    return day.toISOString().slice(0, 10);
  };
  slider.addEventListener("input", () => {
    shown.textContent = dayAt().split("-").reverse().join("/");
    slider.setAttribute("aria-valuetext", shown.textContent);
  });
  slider.addEventListener("change", () => {
    const asked = new URLSearchParams(days.dataset.others.slice(1));
    if (dayAt() !== slider.dataset.last) asked.set("date", dayAt());
    location.assign(`?${asked}`);
  });
  slider.parentElement.hidden = false;
}

slide();

if (said.stream && state) {
  show("connecting", said.connecting);
  connect();
}
