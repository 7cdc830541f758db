// The table of prices: keys as in a spreadsheet, what is changed is marked and counted, and nobody leaves it by mistake.
import { watchScans } from "./scans.js";

const form = document.getElementById("prices-form");
const box = form.querySelector("[data-scan]");
const CELL = "#prices [data-price]";
const DEVANAGARI_NOUGHT = 0x966;

function cells(within = document) {
  return [...within.querySelectorAll(CELL)];
}

// Rupees as the server reads them; NaN for what it would refuse, and for an empty cell.
function amount(text) {
  const plain = text.replace(/[०-९]/g, (sign) => sign.charCodeAt(0) - DEVANAGARI_NOUGHT).replace(/[₹,\s]/g, "");
  return /^\d+(\.\d{0,2})?$/.test(plain) ? Number(plain) : NaN;
}

function isChanged(cell) {
  const { was } = cell.dataset;
  return cell.value.trim() !== was && amount(cell.value) !== amount(was);
}

function showMargin(row) {
  const place = row.querySelector("[data-margin]");
  if (!place) return;
  const [price, cost] = ["price", "cost_price"].map((name) => amount(row.querySelector(`[data-price=${name}]`).value));
  const margin = Math.round((price - cost) * 100) / 100;
  place.classList.toggle("bad", margin < 0);
  if (Number.isNaN(margin)) return place.replaceChildren();
  const rupees = Math.abs(margin).toLocaleString("en-IN", { minimumFractionDigits: 2 });
  const share = document.createElement("small");
  if (price) share.textContent = `${(margin * 100 / price).toFixed(1)} %`;
  place.replaceChildren(`${margin < 0 ? "-" : ""}₹${rupees} `, ...(price ? [share] : []));
}

function count() {
  const told = document.getElementById("prices-count");
  if (!told) return 0;
  const many = document.querySelectorAll("#prices td.is-changed").length;
  const sentence = (many > 1 ? told.dataset.some : many ? told.dataset.one : told.dataset.none).replace("#", many);
  if (told.textContent !== sentence) told.textContent = sentence;
  document.getElementById("prices-reset").hidden = !many;
  return many;
}

function mark(cell) {
  cell.closest("td").classList.toggle("is-changed", isChanged(cell));
  showMargin(cell.closest("tr"));
  count();
}

function putBack(cell) {
  cell.value = cell.dataset.was;
  cell.removeAttribute("aria-invalid");
  cell.removeAttribute("aria-describedby");
  cell.closest("td").querySelector(".error")?.remove();
  mark(cell);
}

function goTo(cell) {
  cell?.focus();
  cell?.closest("tr").scrollIntoView({ block: "nearest" });
}

// The same price of the row below or above.
function beside(cell, step) {
  const column = cells().filter((one) => one.dataset.price === cell.dataset.price);
  return column[column.indexOf(cell) + step];
}

function rowWith(code) {
  return [...document.querySelectorAll("#prices [data-codes]")].find((row) => row.dataset.codes.split(" ").includes(code));
}

// True when the goods stand in the table already.
function jumpTo(code) {
  const row = code && rowWith(code);
  if (row) goTo(row.querySelector("[data-price=price]"));
  return Boolean(row);
}

// Until the goods are there the cursor waits in the box: a price typed for what nothing was found by is nobody's.
function find(code) {
  box.value = code;
  if (jumpTo(code)) {
    box.value = "";
    return;
  }
  box.focus();
  box.select();
  form.querySelector("[name=find]").click();
}

// The camera lies over the table, and gives the focus to nobody else when it closes.
function arrive(cell) {
  const camera = document.querySelector("#camera:modal");
  if (!cell || !camera) return goTo(cell);
  camera.addEventListener("close", () => setTimeout(() => goTo(cell)), { once: true });
  camera.close();
}

watchScans(CELL, {
  scanned(code, cell) {
    mark(cell);
    find(code);
  },
  entered(cell, event) {
    event.preventDefault();
    const next = beside(cell, 1);
    if (next) goTo(next);
    else document.getElementById("prices-save").focus();
  },
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || !field.matches?.(CELL)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    goTo(beside(field, step));
  } else if (event.key === "Escape" && isChanged(field)) {
    event.preventDefault();
    putBack(field);
    field.select();
  }
});

// Enter never submits the whole table: in the box it finds, beside the amount of a step it shows the step.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.target === box) {
    event.preventDefault();
    find(box.value.trim());
  } else if (event.target.id === "step_amount") {
    event.preventDefault();
    form.querySelector("[data-steps]").click();
  }
});

box.addEventListener("scan:cleared", () => form.querySelector("[name=find]").click());

form.addEventListener("input", (event) => {
  if (event.target.matches(CELL)) mark(event.target);
});

form.addEventListener("click", (event) => {
  if (!event.target.closest("#prices-reset")) return;
  event.preventDefault();
  cells().filter(isChanged).forEach(putBack);
  // What was refused is no longer there.
  document.querySelectorAll("#prices > .notice.danger").forEach((said) => said.remove());
  goTo(cells()[0]);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches(CELL)) event.target.select();
  if (event.target === box) box.select();
});

document.addEventListener("htmx:after:swap", (event) => {
  cells().forEach((cell) => cell.closest("td").classList.toggle("is-changed", isChanged(cell)));
  count();
  const { sourceElement } = event.detail?.ctx ?? {};
  const arrived = document.querySelector("#prices [data-arrives]");
  if (arrived && sourceElement?.matches("[name=find]")) box.value = "";
  arrive(arrived);
  // Whoever raised all prices wants to see them.
  if (sourceElement?.matches("[data-steps]")) document.querySelector("#prices .table-wrap")?.scrollIntoView();
});

window.addEventListener("beforeunload", (event) => {
  if (count()) event.preventDefault();
});
