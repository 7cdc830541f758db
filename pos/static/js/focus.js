// The scan box keeps the focus: a scanner is a keyboard that types wherever the cursor is.
const EDITABLE = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const byFinger = matchMedia("(hover: none) and (pointer: coarse)");

function scanBox() {
  return document.querySelector("[data-scan]");
}

// On a tablet the on-screen keyboard comes only when a finger asks for it.
function focusScan() {
  const box = scanBox();
  if (!box || document.querySelector("dialog:modal")) return;
  if (byFinger.matches && document.activeElement !== box) box.inputMode = "none";
  box.focus({ preventScroll: true });
}

function nothingHasFocus() {
  const active = document.activeElement;
  return !active || active === document.body || !active.isConnected;
}

function clear(box) {
  box.value = "";
  box.dispatchEvent(new CustomEvent("scan:cleared", { bubbles: true }));
}

// A dialog that closes gives the focus back but may keep the cursor: what is typed into the field would be lost.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.isComposing || event.key.length > 1 || field !== document.activeElement) return;
  if (typeof field.selectionStart !== "number") return;
  field.setSelectionRange(field.selectionStart, field.selectionEnd, field.selectionDirection);
}, true);

document.addEventListener("pointerdown", (event) => {
  if (event.target.closest("[data-scan]")) event.target.inputMode = "search";
});

document.addEventListener("keydown", (event) => {
  const box = scanBox();
  if (!box || event.isComposing) return;
  if (event.key === "Escape" && document.activeElement === box && box.value) {
    event.preventDefault();
    clear(box);
    return;
  }
  const types = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (!types || event.target.closest?.(EDITABLE)) return;
  // Who reads help loses no scan.
  document.querySelector("#help_sheet:modal")?.close();
  focusScan();
});

// What was scanned or tapped is in the request by now; the next scan may already be coming.
document.addEventListener("htmx:config:request", (event) => {
  const box = scanBox();
  const { sourceElement, request } = event.detail.ctx;
  if (!box?.value || /^get$/i.test(request.method)) return;
  if (sourceElement.closest(".find")) queueMicrotask(() => clear(box));
});

document.addEventListener("htmx:after:swap", () => { if (nothingHasFocus()) focusScan(); });
document.addEventListener("close", () => setTimeout(() => { if (nothingHasFocus()) focusScan(); }), true);
window.addEventListener("pageshow", () => { if (nothingHasFocus()) focusScan(); });
