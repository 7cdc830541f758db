// What HTMX cannot do. Each module listens on the document, so swapped fragments need no wiring.
import "./connection.js";
import "./dialogs.js";
import "./entering.js";
import "./focus.js";
import "./khata.js";
import "./pay.js";
import "./places.js";
import "./printing.js";
import "./shortcuts.js";
import "./theme.js";
import "./toasts.js";

if (window.BarcodeDetector && navigator.mediaDevices && document.getElementById("camera")) import("./camera.js");
