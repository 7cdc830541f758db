// Says within two seconds that the shop's computer does not answer, and takes it back by itself.
const PAUSE_MS = 700;
const PATIENCE_MS = 900;
const SECOND_LOOK_MS = 200;

const banner = document.getElementById("offline");
let timer = 0;
let round = 0;

function wait(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

async function answers() {
  const stop = new AbortController();
  const alarm = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(banner.dataset.ping, { cache: "no-store", signal: stop.signal });
    return answer.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(alarm);
  }
}

// One refused connection may be a hiccup; a second one right after is not. A silent server had its time.
async function reachable() {
  const asked = performance.now();
  if (await answers()) return true;
  if (performance.now() - asked >= PATIENCE_MS - 50) return false;
  await wait(SECOND_LOOK_MS);
  return answers();
}

function say(reached) {
  if (banner.hidden === reached) return;
  banner.hidden = reached;
  document.dispatchEvent(new CustomEvent(reached ? "shop:reached" : "shop:lost"));
}

async function look() {
  clearTimeout(timer);
  const mine = ++round;
  const reached = await reachable();
  if (mine !== round || document.hidden) return;
  say(reached);
  timer = setTimeout(look, PAUSE_MS);
}

function rest() {
  clearTimeout(timer);
  round += 1;
}

if (banner) {
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : look()));
  document.addEventListener("htmx:error", look);
  window.addEventListener("offline", look);
  window.addEventListener("online", look);
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", look);
  look();
}
