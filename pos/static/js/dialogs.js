// data-opens="id" and data-closes on buttons; <dialog data-show> opens itself when it arrives; menus close when left;
// data-confirms on a form asks first.
function show(dialog) {
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (dialog.open && dialog.matches(":modal")) return;
  if (dialog.open) dialog.close();
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

function showArrived() {
  document.querySelectorAll("dialog[data-show]").forEach((dialog) => {
    dialog.removeAttribute("data-show");
    show(dialog);
  });
}

function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.open = false;
  });
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      show(dialog);
    }
    return;
  }
  const closer = event.target.closest("[data-closes]");
  const dialog = closer?.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
    return;
  }
  // The backdrop is the dialog itself; what lies in the dialog is its children.
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
});

// A form that asks before it destroys: data-confirms is the question.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirms;
  if (!question || window.confirm(question)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("htmx:after:swap", showArrived);
showArrived();
