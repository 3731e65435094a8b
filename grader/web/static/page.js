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

  // Fields of moments hold UTC; they show the reader's own zone, and are turned back on the way out.
  const pad = (number) => String(number).padStart(2, "0");
  const asField = (when) =>
    `${when.getFullYear()}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}T${pad(when.getHours())}:${pad(when.getMinutes())}`;
  const localiseFields = () => {
    const fields = [...document.querySelectorAll("input[data-utc]")];
    for (const field of fields) if (field.value) field.value = asField(new Date(`${field.value}Z`));
    for (const note of document.querySelectorAll("[data-zone]")) {
      note.textContent = `${note.dataset.zone} ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
    }
    for (const form of new Set(fields.map((field) => field.form))) {
      form.addEventListener("formdata", ({ formData }) => {
        for (const field of form.querySelectorAll("input[data-utc]")) {
          if (field.value) formData.set(field.name, new Date(field.value).toISOString());
        }
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
  localiseFields();
  offerCopies(document);
})();
