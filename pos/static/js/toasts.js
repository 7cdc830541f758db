// Short sentences that come and go; what must be read (warnings, errors) stays until it is closed.
const LASTS_MS = 6000;
const region = document.getElementById("toasts");
const problems = document.getElementById("problems");

function leaveLater(toast) {
  if (toast.dataset.timed) return;
  toast.dataset.timed = "yes";
  if (!toast.matches(".danger, .warn, .error, .warning")) setTimeout(() => toast.remove(), LASTS_MS);
}

function say(sentence) {
  if ([...region.children].some((toast) => toast.textContent.trim() === sentence)) return;
  const toast = document.getElementById("toast-pattern").content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = sentence;
  region.append(toast);
}

// The server's own sentence is better than ours; without one, say what is known.
function sentenceOf(context) {
  const page = new DOMParser().parseFromString(context.text ?? "", "text/html");
  return page.querySelector("[role=alert] p, h1")?.textContent.trim() || region.dataset.failed;
}

document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status >= 500) say(sentenceOf(ctx));
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) say(region.dataset.unreachable);
});

// The sentence about the last attempt goes when the next one begins.
document.addEventListener("htmx:before:request", (event) => {
  if (!/GET/i.test(event.detail.ctx.request.method)) problems?.replaceChildren();
});

document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-dismisses]")?.closest(".notice");
  toast?.remove();
});

if (region) {
  const watch = new MutationObserver(() => [...region.children].forEach(leaveLater));
  watch.observe(region, { childList: true });
  [...region.children].forEach(leaveLater);
}
