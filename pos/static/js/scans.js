// A scan is a scan wherever the cursor is: what a scanner types into a field of a list is taken out of it again.
// Nobody types three keys and Enter as fast as a slow scanner does.
const SCANNER_MS = 45;
const FEWEST_KEYS = 3;

// `scanned(code, field)` hears of a scan, whose field is again as the hand left it; `entered(field, event)` of Enter by hand.
export function watchScans(fields, { scanned, entered }) {
  let burst = null;

  function isFast(event) {
    return burst?.field === event.target && event.timeStamp - burst.at < SCANNER_MS;
  }

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.(fields) || event.isComposing) return;
    if (event.key === "Enter") {
      if (isFast(event) && burst.typed.length >= FEWEST_KEYS) {
        event.preventDefault();
        field.value = burst.before;
        scanned(burst.typed, field);
      } else entered(field, event);
      burst = null;
    } else if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
      if (!isFast(event)) burst = { field, before: field.value, typed: "", at: 0 };
      burst.typed += event.key;
      burst.at = event.timeStamp;
    }
  }, true);
}
