// The till's own: answers that come too late, codes that were not sent, arrows through what was found.
const box = document.querySelector("[data-scan]");
const asked = document.getElementById("asked");
const SILENCE_MS = 150;
// A weight or a quantity is never so long; the server draws the same line.
const LOOKS_SCANNED = /^\s*\d{8,}\s*$/;
const NEXT = { ArrowDown: 1, ArrowUp: -1 };

function isSearch(context) {
  return context.sourceElement === box && /^get$/i.test(context.request.method);
}

// An answer to words that are no longer in the box would put old products under new words.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!isSearch(ctx)) return;
  const query = new URL(ctx.request.action, location).searchParams.get("q") ?? "";
  if (query.trim() !== box.value.trim()) event.preventDefault();
});

// Words that found several products stay, to be made longer.
document.addEventListener("till:several", (event) => {
  if (box.value === "") box.value = event.detail.value;
});

// An emptied box shows the best sellers again; after a scan they are there already.
box.addEventListener("scan:cleared", () => {
  if (document.querySelector("#results.results")) box.dispatchEvent(new Event("till:emptied"));
});

// A question that a scan raised waits until nothing is being typed: it must not catch half of the next code.
let typedAt = 0;
let typedLast = "";
document.addEventListener("keydown", (event) => {
  typedAt = performance.now();
  typedLast = event.key;
}, true);
document.addEventListener("pointerdown", () => { typedLast = ""; }, true);

function ask(dialog) {
  if (!dialog.isConnected || dialog.open) return;
  if (box.value !== "" || performance.now() - typedAt < SILENCE_MS || document.querySelector("dialog:modal")) {
    setTimeout(() => ask(dialog), SILENCE_MS / 3);
    return;
  }
  dialog.showModal();
}

document.addEventListener("htmx:after:swap", () => {
  asked.querySelectorAll("[data-asks]").forEach((notice) => {
    const dialog = document.getElementById(notice.dataset.asks);
    notice.removeAttribute("data-asks");
    if (dialog) ask(dialog);
  });
});

// What was typed is in the request by now. The next scan must not run into the same field: a code in the question for a
// weight is a scan and leaves it open and empty; everything else closes its sheet or leaves its field at once.
function leave(form) {
  const dialog = form.closest("#sheet dialog");
  const weight = form.querySelector("[name=quantity]:not(button)");
  const scanned = weight && LOOKS_SCANNED.test(weight.value);
  if (scanned) weight.value = dialog ? "" : weight.defaultValue;
  else if (dialog) dialog.close();
  if (!dialog && form.contains(document.activeElement) && document.activeElement.matches("input")) document.activeElement.blur();
}

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  const form = sourceElement.closest("#cart form, #sheet form");
  if (form && !/^get$/i.test(request.method)) queueMicrotask(() => leave(form));
});

// A quantity that was typed counts when its field is left; Enter sends it by itself.
document.addEventListener("change", (event) => {
  if (event.target.matches(".stepper input") && typedLast !== "Enter") event.target.form.requestSubmit();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches(".stepper input")) event.target.select();
});

document.addEventListener("keydown", (event) => {
  const by = NEXT[event.key];
  const field = event.target;
  if (!by || !(field === box || field.matches?.(".result, #find-customer"))) return;
  const list = (document.querySelector("dialog:modal") ?? document).querySelectorAll(".result");
  if (!list.length) return;
  event.preventDefault();
  const place = [...list].indexOf(field) + by;
  if (place < 0) (field.matches(".result") ? field.closest("dialog")?.querySelector("[type=search]") ?? box : field).focus();
  else list[Math.min(place, list.length - 1)].focus();
});

// A scan that did not reach the shop's computer waits here: only a person knows whether to send it again.
function keep(code) {
  const notice = document.getElementById("unsent").content.firstElementChild.cloneNode(true);
  notice.querySelector("b").textContent = code;
  notice.querySelector("[data-sends]").dataset.sends = code;
  asked.append(notice);
}

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  const dialog = ctx?.sourceElement.closest("#sheet dialog");
  if (dialog && !dialog.open) dialog.showModal();
  if (ctx?.sourceElement !== box.form) return;
  const code = ctx.request.body?.get?.("q")?.trim();
  if (code) keep(code);
});

document.addEventListener("click", (event) => {
  const again = event.target.closest("[data-sends]");
  if (!again) return;
  const typed = box.value;
  box.value = again.dataset.sends;
  again.closest(".notice").remove();
  box.addEventListener("scan:cleared", () => { box.value = typed; }, { once: true });
  box.form.requestSubmit();
});
