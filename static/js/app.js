// One small script: our own error fragments, focus, idle lock. Nothing is stored in the browser.
"use strict";
(() => {
  // htmx 2.0 notes the address of each page in sessionStorage, history cache or not; an address
  // names a record. It gives up where writing fails, so this script stands before it.
  Storage.prototype.setItem = () => {
    throw new DOMException("Nothing of a record is kept in the browser.", "SecurityError");
  };

  const body = document.body;
  const live = document.getElementById("live");
  const say = (text) => { if (live) live.textContent = text; };

  // htmx notes the address of the page in the browser, for a history that is switched off here.
  try {
    window.sessionStorage.removeItem("htmx-current-path-for-history");
  } catch {
    // A frame without storage has kept nothing.
  }

  // ---- The banner's height: headings and the rail stick below it ---------------------------

  const banner = document.querySelector("body > .banner");
  if (banner) {
    const measure = () => {
      const stuck = getComputedStyle(banner).position === "sticky";
      const height = stuck ? Math.ceil(banner.getBoundingClientRect().height) : 0;
      document.documentElement.style.setProperty("--banner-height", `${height}px`);
    };
    new ResizeObserver(measure).observe(banner);
    window.addEventListener("resize", measure);
  }

  // ---- The rail: a menu where it is narrow, open where it has a column of its own -----------

  const menu = document.querySelector(".rail > details");
  if (menu) {
    let hadColumn = false;
    new ResizeObserver(() => {
      const hasColumn = getComputedStyle(menu.querySelector("summary")).display === "none";
      if (hasColumn !== hadColumn) menu.open = hasColumn;
      hadColumn = hasColumn;
    }).observe(document.querySelector(".shell"));
  }

  // ---- Fragments -----------------------------------------------------------------------------

  // An error is shown in its place only if this app wrote it: a proxy's page carries no X-Notice.
  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400 && xhr.getResponseHeader("X-Notice")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // Parts that are on their way when somebody signs out would load the page again: too late.
  let leaving = false;
  body.addEventListener("submit", (event) => { leaving = event.target.matches(".ribbon form"); });
  body.addEventListener("htmx:beforeOnLoad", (event) => { if (leaving) event.preventDefault(); });

  const lost = (event) => {
    const { target, elt } = event.detail;
    const place = target || elt;
    const template = document.getElementById("lost");
    if (!template || !place || !place.isConnected) return;
    const notice = template.content.cloneNode(true);
    notice.querySelector("[data-again]").addEventListener("click", () => {
      window.htmx.ajax("GET", elt.getAttribute("hx-get"), {
        target: place,
        swap: elt.getAttribute("hx-swap") || "innerHTML",
      });
    });
    place.replaceChildren(notice);
    say("A part could not be loaded");
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
    body.addEventListener(name, lost);
  }
  body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) lost(event);
  });

  // What a click replaced took the focus with it: it goes to what came instead.
  body.addEventListener("htmx:afterSwap", (event) => {
    const { elt, requestConfig } = event.detail;
    const says = requestConfig && requestConfig.elt && requestConfig.elt.dataset.says;
    if (says) say(`${says} loaded`);
    if (requestConfig && requestConfig.triggeringEvent instanceof MouseEvent
        && document.activeElement === body && elt) {
      const place = elt.matches("[tabindex]") ? elt : elt.querySelector("[tabindex], a, button");
      if (place) place.focus({ preventScroll: true });
    }
  });

  // ---- Idle lock -------------------------------------------------------------------------------

  const idleMs = Number(body.dataset.idleS || 0) * 1000;
  if (!idleMs) return;
  const WARN_MS = 60_000;
  const TELL_MS = 60_000;
  const dialog = document.getElementById("idle");
  const left = dialog.querySelector("[data-left]");
  let seen = Date.now();
  let told = seen;

  const close = () => {
    for (const child of [...body.children]) child.remove();
    document.title = "Record closed";
    window.location.replace(body.dataset.ended);
  };

  const tell = async () => {
    told = Date.now();
    try {
      const answer = await fetch(body.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": body.dataset.csrf },
        credentials: "same-origin",
      });
      if (answer.status === 401 || answer.status === 404) close();
    } catch {
      told = 0; // The network failed: the next movement tries again.
    }
  };

  const active = () => {
    if (dialog.open) return;
    seen = Date.now();
    if (seen - told > TELL_MS) tell();
  };
  for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    window.addEventListener(name, active, { passive: true, capture: true });
  }

  dialog.querySelector("[data-stay]").addEventListener("click", () => {
    dialog.close();
    seen = Date.now();
    tell();
  });
  dialog.addEventListener("cancel", () => { seen = Date.now(); tell(); });

  const check = () => {
    const rest = seen + idleMs - Date.now();
    if (rest <= 0) close();
    else if (rest <= WARN_MS) {
      left.textContent = String(Math.ceil(rest / 1000));
      if (!dialog.open) dialog.showModal();
    }
  };
  window.setInterval(check, 1000);
  document.addEventListener("visibilitychange", check);
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
})();
