// The customer's display: asks while somebody can see it, keeps the screen awake, shows as many lines as fit.
const EVERY_MS = 1000;
const LOST_AFTER_MS = 4000;

const lost = document.getElementById("display_lost");
let answered = performance.now();

// The code came behind the # of the address: no server, log or history is to keep it.
function join(form) {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  if (!form.querySelector(".error")) form.requestSubmit();
}

function look() {
  if (document.hidden) return;
  lost.hidden = performance.now() - answered < LOST_AFTER_MS;
  document.getElementById("display")?.dispatchEvent(new CustomEvent("display:look"));
}

// The last lines, as many as there is room for, and how many stand above them.
function fit() {
  const more = document.getElementById("display_more");
  if (!more) return;
  const lines = [...document.getElementById("display_lines").children];
  const earlier = Number(more.dataset.earlier);
  lines.forEach((line) => { line.hidden = false; });
  more.hidden = earlier === 0;
  const goods = more.parentElement;
  const ground = goods.getBoundingClientRect().bottom - parseFloat(getComputedStyle(goods).paddingBottom);
  const tooLow = () => lines.at(-1).getBoundingClientRect().bottom > ground + 1;
  let above = 0;
  while (tooLow() && above < lines.length - 1) {
    lines[above].hidden = true;
    above += 1;
    more.hidden = false;
  }
  if (!more.hidden) more.textContent = more.dataset.says.replace("#", String(earlier + above));
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch { /* an old browser, or a nearly empty battery: then the screen follows its own settings */ }
}

function wake() {
  if (document.hidden) return;
  answered = performance.now();
  stayAwake();
  look();
}

if (lost) {
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx?.response?.status < 500) answered = performance.now();
  });
  document.addEventListener("htmx:after:swap", fit);
  window.addEventListener("resize", fit);
  document.fonts?.ready.then(fit);
  setInterval(look, EVERY_MS);
  stayAwake();
  fit();
} else {
  const form = document.getElementById("display_join");
  window.addEventListener("hashchange", () => join(form));
  join(form);
}
