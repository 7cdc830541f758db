// Goods scanned one after the other: a scan is a scan wherever the cursor is, and Enter in a line leads back to the box.
import { watchScans } from "./scans.js";

const box = document.querySelector("[data-scan]");
const LINE_FIELD = "#goods-lines td input";

watchScans(LINE_FIELD, {
  scanned(code) {
    box.value = code;
    box.focus({ preventScroll: true });
    box.form.querySelector(".goods-find [type=submit]").click();
  },
  // After the form took what was typed.
  entered: () => setTimeout(() => box.focus({ preventScroll: true })),
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches(LINE_FIELD)) event.target.select();
});
