// Changing places at a till: digits go into the PIN wherever the cursor is, and no page of before comes back.
document.addEventListener("keydown", (event) => {
  const pin = document.querySelector("[data-pin]");
  if (!pin || event.ctrlKey || event.altKey || event.metaKey || !/^[0-9]$/.test(event.key)) return;
  if (document.activeElement !== pin) pin.focus();
});

// The browser keeps whole pages for its Back button; who locked the till or left it shows none of them.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
