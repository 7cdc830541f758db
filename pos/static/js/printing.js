// data-print on a button prints the page; data-print-now on the body prints it as soon as it is drawn.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-print]")) return;
  event.preventDefault();
  window.print();
});

if ("printNow" in document.body.dataset) {
  window.addEventListener("load", () => window.print(), { once: true });
}
