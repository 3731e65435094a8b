// The board looks again by itself while somebody can see it and has not paused it; what is new about trouble is said.
(() => {
  "use strict";

  const EVERY = 5000; // ms
  const pause = document.getElementById("pause");
  const told = document.getElementById("told");
  const board = () => document.getElementById("board");
  const isPaused = () => pause.getAttribute("aria-pressed") === "true";
  let last = board().dataset.told;

  const look = () => {
    if (!document.hidden && !isPaused()) window.htmx.trigger(board(), "look");
  };

  pause.hidden = false;
  pause.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", String(!isPaused()));
    look();
  });
  document.getElementById("again").addEventListener("click", (event) => {
    event.preventDefault();
    window.htmx.trigger(board(), "look");
  });
  document.addEventListener("visibilitychange", look);
  document.addEventListener("htmx:afterSettle", () => {
    const now = board().dataset.told;
    if (now !== last) told.textContent = last = now;
  });
  setInterval(look, EVERY);
})();
