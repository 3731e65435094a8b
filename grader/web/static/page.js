// What every page does beyond HTML: moments in the reader's zone, copy buttons, a word when the connection is lost.
(() => {
  "use strict";

  const localise = (root) => {
    const form = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    for (const time of root.querySelectorAll("time[datetime]")) {
      const when = new Date(time.dateTime);
      if (!Number.isNaN(when.valueOf())) time.textContent = form.format(when);
    }
  };

  const offerCopies = (root) => {
    if (!navigator.clipboard) return;
    for (const button of root.querySelectorAll("button[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        const label = button.textContent;
        button.textContent = `${label} ✓`;
        setTimeout(() => (button.textContent = label), 2000);
      });
    }
  };

  const connection = document.getElementById("connection");
  let lost = false;
  const tell = (isLost) => {
    if (isLost === lost) return;
    lost = isLost;
    connection.hidden = false;
    connection.classList.toggle("lost", lost);
    connection.textContent = lost ? connection.dataset.lost : connection.dataset.back;
    if (!lost) setTimeout(() => (connection.hidden = !lost), 4000);
  };
  window.graderConnection = tell;

  addEventListener("offline", () => tell(true));
  addEventListener("online", () => tell(false));
  document.addEventListener("htmx:sendError", () => tell(true));
  document.addEventListener("htmx:afterOnLoad", (event) => {
    tell(false);
    localise(event.target);
  });
  localise(document);
  offerCopies(document);
})();
