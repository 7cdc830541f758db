// The camera as a scanner, where the browser can read bars by itself: what it reads goes through the scan box, as if typed.
const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf"];
const LOOKS_EVERY_MS = 120;
// The same goods again: a moment without them in the picture, as when the next piece is taken up.
const GONE_AFTER_LOOKS = 6;
const dialog = document.getElementById("camera");
const video = dialog.querySelector("video");
const said = dialog.querySelector("[role=status]");
const words = said.dataset;
let detector = null;
let last = { code: "", times: 0, missed: 0 };

function box() {
  return document.querySelector("[data-scan]");
}

function take(code) {
  const field = box();
  field.value = code;
  navigator.vibrate?.(60);
  said.textContent = words.read.replace("{}", code);
  field.form.querySelector("[type=submit]").click();
}

// A code counts when two looks agree on it; bars at an angle are sometimes read as others.
function weigh(code) {
  if (!code) {
    last.missed += 1;
    if (last.missed >= GONE_AFTER_LOOKS) last = { code: "", times: 0, missed: 0 };
    return;
  }
  last = code === last.code ? { code, times: last.times + 1, missed: 0 } : { code, times: 1, missed: 0 };
  if (last.times === 2) take(code);
}

async function look() {
  if (!dialog.open) return;
  try {
    const [found] = video.readyState >= 2 ? await detector.detect(video) : [];
    weigh(found?.rawValue);
  } catch {
    weigh("");
  }
  setTimeout(look, LOOKS_EVERY_MS);
}

function stop() {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  last = { code: "", times: 0, missed: 0 };
  // The scan box takes the focus back, not the button with the camera.
  document.activeElement?.blur();
}

async function start() {
  said.textContent = words.waits;
  try {
    const known = await window.BarcodeDetector.getSupportedFormats();
    detector = new window.BarcodeDetector({ formats: FORMATS.filter((one) => known.includes(one)) });
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    // Closed while the browser still asked whether it may.
    if (!dialog.open) return stream.getTracks().forEach((track) => track.stop());
    video.srcObject = stream;
    await video.play();
    look();
  } catch (error) {
    said.textContent = error.name === "NotAllowedError" ? words.refused : words.missing;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-camera]") && dialog.open) start();
});
dialog.addEventListener("close", stop);
// A question that a scan raised cannot be answered behind the picture.
document.addEventListener("htmx:after:swap", () => {
  if (dialog.open && document.querySelector("#asked .notice")) dialog.close();
});
document.querySelectorAll("[data-camera]").forEach((button) => { button.hidden = false; });
