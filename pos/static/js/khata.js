// data-notes="form": following this link also sends that form, which notes that a reminder was opened.
// data-fills="field" data-value="..": puts the value there instead of following the link.
document.addEventListener("click", (event) => {
  const reminder = event.target.closest("a[data-notes]");
  if (reminder) {
    const form = document.getElementById(reminder.dataset.notes);
    form.elements.by.value = reminder.dataset.by;
    form.requestSubmit();
    return;
  }
  const filler = event.target.closest("[data-fills]");
  const field = filler && document.getElementById(filler.dataset.fills);
  if (!field) return;
  event.preventDefault();
  field.value = filler.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
