// The till's own: answers that come too late, codes that were not sent, arrows through what was found.
const box = document.querySelector("[data-scan]");
const asked = document.getElementById("asked");
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
  if (box.value !== "") return;
  box.value = event.detail.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && box.value) setTimeout(() => box.dispatchEvent(new Event("input", { bubbles: true })));
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
