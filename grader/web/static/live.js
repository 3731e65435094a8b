// A submission's page while it is graded: the server says that something changed, htmx fetches what.
(() => {
  "use strict";

  const POLL = 2000; // ms between looks where events don't come through
  const QUIET = 3000; // ms between two things that are said aloud
  const AGAIN = 15000; // ms until events are tried again once the server has refused them
  const live = document.getElementById("live");
  const said = document.getElementById("said");
  let events;
  let polling;
  let speaking;
  let spoke = 0;

  const look = () => window.htmx.trigger(live, "refresh");
  const poll = () => (polling ??= setInterval(look, POLL));
  const rest = () => (polling = clearInterval(polling));
  const state = () => live.querySelector("[data-said]");
  const isFinal = () => Boolean(live.querySelector("[data-final]"));

  const watch = () => {
    if (!window.EventSource) return poll();
    events = new EventSource(live.dataset.events);
    events.addEventListener("snapshot", () => {
      rest();
      look();
    });
    events.addEventListener("end", () => events.close());
    events.addEventListener("error", () => {
      poll();
      if (events.readyState === EventSource.CLOSED) setTimeout(() => isFinal() || watch(), AGAIN);
    });
  };

  const say = () => {
    speaking = undefined;
    spoke = Date.now();
    const text = state()?.dataset.said;
    if (text && said.textContent !== text) said.textContent = text;
  };

  live.addEventListener("htmx:afterSwap", () => {
    const title = state()?.dataset.title;
    if (title) document.title = `${title} · ${document.title.split(" · ").slice(-2).join(" · ")}`;
    if (!isFinal()) {
      speaking ??= setTimeout(say, Math.max(0, spoke + QUIET - Date.now()));
      return;
    }
    clearTimeout(speaking);
    say();
    rest();
    events?.close();
  });
  watch();
})();
