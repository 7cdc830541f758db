// data-key="F9" on a button or link presses it, on a field puts the cursor there; "?" lists them all.
const list = document.getElementById("shortcuts");
const FIELDS = "input, textarea, select";

function name(event) {
  const parts = [];
  if (event.ctrlKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && event.key.length > 1) parts.push("Shift");
  parts.push(event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return parts.join("+");
}

function isSeen(element) {
  return element.getClientRects().length > 0 && !element.disabled && element.ariaDisabled !== "true";
}

function owner(key) {
  const scope = [...document.querySelectorAll("dialog:modal")].pop() ?? document;
  return [...scope.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key && isSeen(element));
}

// What edits text belongs to the text; in the empty scan box, and outside fields, it is a command.
function isWriting(event) {
  if (event.altKey || /^(F\d+|Escape)$/.test(event.key)) return false;
  const field = event.target.closest?.(`${FIELDS}, [contenteditable]`);
  return Boolean(field) && !(field.matches("[data-scan]") && field.value === "");
}

function label(element) {
  const spoken = element.dataset.keyLabel || element.ariaLabel || element.labels?.[0]?.textContent;
  if (spoken) return spoken.trim();
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .icon, .money").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function listAll() {
  const rows = [...document.querySelectorAll("[data-key]")].filter(isSeen).map((element) => {
    const key = document.createElement("dt");
    key.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key }));
    return [key, Object.assign(document.createElement("dd"), { textContent: label(element) })];
  });
  list.querySelector("dl").replaceChildren(...rows.flat());
  list.showModal();
}

function press(element) {
  if (element.matches(FIELDS)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat) return;
  if (isWriting(event)) return;
  if (event.key === "?" && list && !document.querySelector("dialog:modal")) {
    event.preventDefault();
    listAll();
    return;
  }
  const element = owner(name(event));
  if (!element) return;
  event.preventDefault();
  press(element);
});

document.addEventListener("click", (event) => {
  if (list && event.target.closest("[data-lists-keys]")) listAll();
});
