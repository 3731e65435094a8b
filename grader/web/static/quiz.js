// An attempt: what could not be saved is kept here and sent again, and the server's time is counted down.
(() => {
  "use strict";

  const keys = (attempt) => Object.keys(localStorage).filter((key) => key.startsWith(`attempt-${attempt}-`));
  const over = document.querySelector("[data-over]");
  if (over) for (const key of keys(over.dataset.over)) localStorage.removeItem(key);

  const form = document.getElementById("attempt");
  if (!form) return;
  const saved = document.getElementById("saved");
  const unsaved = new Map(); // question to the number of its last change
  const retries = new Map(); // question to the number of times that sending it failed
  let changes = 0;

  const questionOf = (element) => element.closest?.("[data-question]");
  const boxOf = (question) => question.querySelector("[data-autosave]");
  const keyOf = (question) => `attempt-${form.dataset.attempt}-${question.dataset.question}`;
  const fieldsOf = (question) => [...question.querySelectorAll(`[name^="answer-"]`)];
  const isTick = (input) => input.type === "radio" || input.type === "checkbox";
  const valuesOf = (question) => fieldsOf(question).filter((input) => !isTick(input) || input.checked).map((input) => input.value);
  const wasOf = (question) => question.querySelector(`[name^="was-"]`); // what the server holds
  const written = (question) => valuesOf(question).join("\n");
  const send = (question) => boxOf(question) && htmx.trigger(boxOf(question), "again");
  const say = (text, failed) => {
    if (saved.textContent !== text) saved.textContent = text;
    saved.classList.toggle("failed", failed);
  };

  const note = (question) => {
    changes += 1;
    unsaved.set(question, changes);
    try {
      localStorage.setItem(keyOf(question), JSON.stringify({ was: wasOf(question).value, values: valuesOf(question) }));
    } catch {
      // full: then it is only sent
    }
  };

  const restore = (question) => {
    const kept = localStorage.getItem(keyOf(question));
    const inputs = fieldsOf(question);
    if (kept === null || !inputs.length) return localStorage.removeItem(keyOf(question));
    const { was, values } = JSON.parse(kept);
    if (was !== wasOf(question).value) return localStorage.removeItem(keyOf(question)); // answered elsewhere since
    inputs.forEach((input, place) => {
      if (isTick(input)) input.checked = values.includes(input.value);
      else input.value = values[place] ?? "";
    });
    note(question);
    send(question);
  };

  // Choosing what stands in another place swaps the two: an order names each item once.
  const swap = (select) => {
    const taken = [...questionOf(select).querySelectorAll(".place select")];
    const other = taken.find((each) => each !== select && select.value && each.value === select.value);
    if (other) other.value = select.dataset.before ?? "";
    for (const each of taken) each.dataset.before = each.value;
    note(questionOf(select));
  };
  for (const select of form.querySelectorAll(".place select")) select.dataset.before = select.value;

  form.addEventListener("change", (event) => event.target.matches(".place select") && swap(event.target), true);
  form.addEventListener("input", (event) => questionOf(event.target) && note(questionOf(event.target)));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input[type=text]")) return;
    event.preventDefault(); // or the form's first button would be pressed
    const question = questionOf(event.target);
    const check = question.querySelector("button[name=check]");
    if (check) check.click();
    else send(question);
  });

  form.addEventListener("htmx:beforeRequest", (event) => {
    const question = questionOf(event.target);
    if (!unsaved.has(question)) return event.preventDefault(); // it was sent already
    Object.assign(event.detail.xhr, { change: unsaved.get(question), sent: written(question) });
  });

  const isRefused = (xhr) => xhr.status >= 400 && xhr.status < 500 && xhr.status !== 429;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const question = questionOf(requestConfig.elt);
    if (!question || !isRefused(xhr)) return;
    event.detail.shouldSwap = true; // says why, beside the question
    event.detail.target = document.getElementById(`p-${question.dataset.question}`);
    event.detail.target.setAttribute("role", "alert");
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    const question = questionOf(event.target);
    const { xhr, successful } = event.detail;
    if (!question || !xhr) return;
    if (successful) return settle(question, xhr.change, xhr.sent);
    if (isRefused(xhr)) return say(saved.dataset.refused, true);
    say(saved.dataset.failed, true);
    const times = (retries.get(question) ?? 0) + 1;
    retries.set(question, times);
    setTimeout(() => send(question), Math.min(30, 2 ** times) * 1000);
  });

  const settle = (question, change, sent) => {
    retries.delete(question);
    wasOf(question).value = sent;
    if (unsaved.get(question) === change) {
      unsaved.delete(question);
      localStorage.removeItem(keyOf(question));
    }
    if (retries.size) say(saved.dataset.failed, true);
    else saved.classList.remove("failed");
  };

  document.addEventListener("htmx:afterSettle", () => {
    const done = saved.querySelector("[data-time] > :last-child");
    const when = done && new Date(done.parentElement.dataset.time);
    if (when) done.textContent = when.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  });

  const sendAll = () => [...unsaved.keys()].forEach(send);
  addEventListener("online", sendAll);

  // A page that is closed sends what it still has; what does not arrive is kept for the next visit.
  const leave = () => {
    for (const [question, change] of unsaved) {
      const box = boxOf(question);
      if (!box) continue;
      const sent = written(question);
      const body = new URLSearchParams(valuesOf(question).map((value) => [`answer-${question.dataset.question}`, value]));
      const headers = JSON.parse(document.body.getAttribute("hx-headers"));
      fetch(box.getAttribute("hx-put"), { method: "PUT", keepalive: true, body, headers: { ...headers, "HX-Request": "true" } })
        .then((answer) => answer.ok && settle(question, change, sent))
        .catch(() => {});
    }
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  for (const button of document.querySelectorAll("[data-scriptless]")) button.hidden = true;
  document.addEventListener("DOMContentLoaded", () => form.querySelectorAll("[data-question]").forEach(restore)); // htmx is up

  // The time that is left is the server's; here it is only counted down, by a clock that nobody sets.
  const announced = document.getElementById("announced");
  if (!announced) return;
  const minutes = JSON.parse(announced.dataset.minutes);
  let timer, end, told, stopped;
  const read = () => {
    timer = document.getElementById("timer");
    if (!timer) return location.reload(); // the attempt is finished
    end = performance.now() + Number(timer.dataset.left) * 1000;
    told ??= Number(timer.dataset.left) / 60;
    show();
  };
  const left = () => (end - performance.now()) / 1000;
  const show = () => {
    const seconds = Math.max(0, Math.ceil(left()));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    if (!parts[0]) parts.shift();
    timer.textContent = `${timer.dataset.label} ${parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":")}`;
    timer.setAttribute("role", "timer");
    timer.classList.toggle("short", seconds <= 60);
  };
  const finish = () => {
    if (unsaved.size && form.querySelector("[data-autosave]") && left() > -Number(timer.dataset.grace)) return setTimeout(finish, 500);
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "finish", value: "over" }));
    form.submit();
  };
  const tick = () => {
    if (stopped) return;
    show();
    for (const [minute, text] of Object.entries(minutes)) {
      if (told > minute && left() <= minute * 60) announced.textContent = text;
    }
    told = Math.min(told, left() / 60);
    if (left() > 0) return;
    stopped = true;
    announced.textContent = announced.dataset.over;
    say(announced.dataset.over, false);
    sendAll();
    form.inert = true;
    setTimeout(finish, 1500);
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.elt.id === "timer" && event.detail.successful) setTimeout(read, 50); // once it is swapped
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !stopped) htmx.trigger(timer, "resync"); // clocks stand still in sleep
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  read();
  setInterval(tick, 1000);
})();
