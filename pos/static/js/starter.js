// The starter list: one key from price to price, and how many have one.
const form = document.querySelector("#starter");
const told = document.querySelector("#starter-count");

function counts(price) {
  const good = price.closest(".starter-good");
  const part = price.closest(".starter-part");
  return price.value.trim() !== "" && good.querySelector("[name=take]").checked && part.querySelector("[name=part]").checked;
}

function count() {
  const some = [...form.querySelectorAll("[data-price]")].filter(counts).length;
  told.textContent = some ? told.dataset.some.replace("#", some) : told.dataset.none;
}

// A browser without :has() shows every line: who types a price there means the line.
form.addEventListener("input", (event) => {
  if (event.target.matches("[data-price]") && event.target.value.trim() !== "") {
    event.target.closest(".starter-good").querySelector("[name=take]").checked = true;
    event.target.closest(".starter-part").querySelector("[name=part]").checked = true;
  }
  if (event.target.id === "usual_stock") {
    for (const stock of form.querySelectorAll("[data-stock]")) stock.placeholder = event.target.value;
  }
  count();
});

form.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.matches("[data-price], [data-stock]")) return;
  event.preventDefault();
  const prices = [...form.querySelectorAll("[data-price]")].filter((one) => one.offsetParent !== null);
  const next = prices.find((one) => field.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  (next ?? form.querySelector(".form-foot .button")).focus();
});

form.addEventListener("click", (event) => {
  const wanted = event.target.closest("[data-parts]")?.dataset.parts;
  if (!wanted) return;
  for (const part of form.querySelectorAll("[name=part]")) part.checked = wanted === "all";
  count();
});

form.querySelector("[aria-invalid=true]")?.focus();
count();
