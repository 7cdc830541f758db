// Goods scanned one after the other: a scan is a scan wherever the cursor is, and Enter in a line leads back to the box.
const box = document.querySelector("[data-scan]");
const LINE_FIELD = "#goods-lines td input";
// Nobody types three keys and Enter as fast as a slow scanner does.
const SCANNER_MS = 45;
const FEWEST_KEYS = 3;
let burst = null;

function isFast(event) {
  return burst?.field === event.target && event.timeStamp - burst.at < SCANNER_MS;
}

// What the scanner typed into a line belongs into the box; the line is again as the hand left it.
function take(event) {
  event.preventDefault();
  burst.field.value = burst.before;
  box.value = burst.typed;
  box.focus({ preventScroll: true });
  box.form.querySelector(".goods-find [type=submit]").click();
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.(LINE_FIELD) || event.isComposing) return;
  if (event.key === "Enter") {
    if (isFast(event) && burst.typed.length >= FEWEST_KEYS) take(event);
    // After the form took what was typed.
    else setTimeout(() => box.focus({ preventScroll: true }));
    burst = null;
  } else if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
    if (!isFast(event)) burst = { field, before: field.value, typed: "", at: 0 };
    burst.typed += event.key;
    burst.at = event.timeStamp;
  }
}, true);

document.addEventListener("focusin", (event) => {
  if (event.target.matches(LINE_FIELD)) event.target.select();
});
