// The payment sheet: number keys, notes that add up, and what to do when the answer to Pay is lost.
// Amounts shown are the server's alone; here only what a finger types is put into a field.
const fingers = matchMedia("(any-pointer: coarse)");
const ASK_AGAIN_MS = 1000;
let typedInto = null;

function field() {
  return typedInto?.isConnected ? typedInto : document.getElementById("cash") ?? document.querySelector("[data-amount]");
}

function put(input, text) {
  input.value = text;
  if (document.activeElement !== input) input.focus({ preventScroll: true });
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function typed(before, key) {
  if (key === "clear") return "";
  if (key === "back") return before.slice(0, -1);
  if (key === "." && before.includes(".")) return before;
  return before + key;
}

// Whole paise, so that 0.10 and 0.20 are 0.30.
function withNote(before, note) {
  const plain = before.replaceAll(",", "").trim();
  const paise = /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
  const sum = paise + note * 100;
  return sum % 100 ? (sum / 100).toFixed(2) : String(sum / 100);
}

document.addEventListener("focusin", (event) => {
  if (!event.target.matches?.("[data-amount]")) return;
  typedInto = event.target;
  // The sheet brings its own keys; the tablet's would cover half of it.
  if (fingers.matches) typedInto.inputMode = "none";
});

// A key of the sheet types where the cursor is, so it must not take the cursor.
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.("[data-types]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const key = event.target.closest?.("[data-types]");
  const note = event.target.closest?.("[data-adds]");
  if (!key && !note) return;
  event.preventDefault();
  event.stopPropagation();
  const input = note ? document.getElementById("cash") : field();
  put(input, note ? withNote(input.value, Number(note.dataset.adds)) : typed(input.value, key.dataset.types));
}, true);

// A swapped sheet stands where the one before it stood.
let scrolled = 0;
document.addEventListener("htmx:before:swap", () => {
  scrolled = document.querySelector(".pay-main")?.scrollTop ?? 0;
});
document.addEventListener("htmx:after:swap", () => {
  const main = document.querySelector(".pay-main");
  if (main && main.scrollTop !== scrolled) main.scrollTop = scrolled;
});

// Complete bill, pressed before the amount of the button pressed first has arrived, waits for it.
let arriving = null;
let finishes = false;

document.addEventListener("submit", (event) => {
  if (event.target.id !== "pay-form" || !arriving?.isConnected) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  finishes = true;
}, true);

document.addEventListener("htmx:after:swap", () => {
  if (arriving?.isConnected) return;
  arriving = null;
  if (!finishes) return;
  finishes = false;
  // After htmx has made the new sheet its own.
  setTimeout(() => document.getElementById("pay-form")?.requestSubmit());
});

// No new sheet came: the till is told so, and the next press counts.
document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail.ctx?.sourceElement === arriving) [arriving, finishes] = [null, false];
});

function say(form, when) {
  const box = form.querySelector("#checking");
  if (!box) return;
  box.hidden = !when;
  box.querySelectorAll("[data-when]").forEach((line) => { line.hidden = line.dataset.when !== when; });
  // While a request runs, the button is htmx's.
  if (when) form.querySelector("#finish").disabled = when === "asking";
}

// Whether the bill was made only the server knows: its page for this cart leads to the bill, or back to the payment.
async function ask(form) {
  // After htmx, which gives the button back when its request is over.
  await new Promise((resolve) => { setTimeout(resolve); });
  say(form, "asking");
  while (form.isConnected) {
    try {
      const answer = await fetch(form.dataset.asks, { cache: "no-store" });
      if (answer.status < 500) return settle(form, answer);
    } catch { /* asked again below */ }
    await new Promise((resolve) => { setTimeout(resolve, ASK_AGAIN_MS); });
  }
}

function settle(form, answer) {
  if (new URL(answer.url).pathname === new URL(form.action).pathname) {
    say(form, "unsaved");
    form.querySelector("#finish").focus();
  } else {
    location.assign(answer.url);
  }
}

// Captured before the toasts: "it failed" is not known yet.
document.addEventListener("htmx:error", (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (form?.id !== "pay-form") return;
  event.stopImmediatePropagation();
  ask(form);
}, true);

document.addEventListener("htmx:before:request", (event) => {
  const form = event.detail.ctx?.sourceElement;
  if (form?.id === "pay-form") say(form, null);
  if (form?.matches("#pay-form [name=fill], #pay-form [name=hand]")) arriving = form;
});
