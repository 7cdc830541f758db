// data-theme-choice="light|dark|": this device's own look; the empty one follows the device.
function mark() {
  const chosen = document.documentElement.dataset.theme ?? "";
  document.querySelectorAll("[data-theme-choice]").forEach((button) => {
    button.ariaPressed = String(button.dataset.themeChoice === chosen);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const theme = button.dataset.themeChoice;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  try {
    localStorage.setItem("theme", theme);
  } catch { /* then it holds for this page */ }
  mark();
});

mark();
