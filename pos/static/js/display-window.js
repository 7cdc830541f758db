// The customer's display in a window of its own, which can be moved to a second screen.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-opens-window]");
  // A window of this name that is open already is used again.
  if (form) window.open("", form.target, "popup,width=1280,height=800");
});
