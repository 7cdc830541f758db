// A scanner types a code and presses Enter: in a form that is not yet the end of it.
const FIELDS = "input:not([type=hidden]), select, textarea, button";

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.matches?.("[data-enters-next]")) return;
  event.preventDefault();
  const fields = [...field.form.querySelectorAll(FIELDS)];
  fields[fields.indexOf(field) + 1]?.focus();
});

// The next scan replaces the one before it.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[role=search]")) event.target.querySelector("[type=search]")?.select();
});
