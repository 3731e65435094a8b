// The exercise's page: an editor for the textarea, drafts that save themselves, files that open in the editor.
(() => {
  "use strict";

  const EVERY = 5000; // ms: somebody who never stops typing is saved this often, and a lost save is tried again
  const area = document.getElementById("source");
  const form = area.form;
  const words = area.dataset;
  const status = document.getElementById("saved");
  const handIn = document.getElementById("hand-in");

  let kept = area.value; // what the server has, as far as we know
  let problems = words.problem ? [{ line: Number(words.line) || 1, message: words.problem }] : [];
  let later; // a timer

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const time = (moment) => new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(moment);

  const put = (source, keepalive) =>
    fetch(words.draft, {
      method: "PUT",
      body: new URLSearchParams({ source }),
      headers: { "X-CSRFToken": form.elements.csrf_token.value, "HX-Request": "true" },
      keepalive,
    });

  // Who has signed in again in another tab has another token: take it over from a fresh page.
  const renew = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const token = page.querySelector("#desk [name=csrf_token]");
    const isNew = token && token.value !== form.elements.csrf_token.value;
    if (isNew) for (const field of document.getElementsByName("csrf_token")) field.value = token.value;
    return Boolean(isNew);
  };

  const save = async (source = area.value, keepalive = false) => {
    clearTimeout(later);
    later = undefined;
    if (source === kept) return problems;
    let answer;
    try {
      answer = await put(source, keepalive);
      if (answer.status === 400 && (await renew())) answer = await put(source, keepalive);
      window.graderConnection(false);
    } catch {
      window.graderConnection(true);
    }
    const isJson = answer?.headers.get("Content-Type")?.startsWith("application/json");
    if (!isJson) {
      say([400, 401].includes(answer?.status) ? words.signedOut : words.unsaved);
      soon();
      return problems;
    }
    const { saved, problem } = await answer.json();
    problems = problem ? [{ line: problem.line ?? 1, message: problem.message }] : [];
    if (saved) say(`${words.saved} ${time(new Date(saved))}`);
    else say(problem.message);
    kept = source;
    return problems;
  };
  const soon = () => {
    later ??= setTimeout(() => save(), EVERY);
  };

  const hand = () => handIn && form.requestSubmit(handIn);
  const editor = window.gradeEditor(area, {
    nonce: words.nonce,
    label: words.label,
    hint: words.hint,
    lint: save,
    onChange: soon,
    onSubmit: hand,
  });
  if (words.line) editor.goTo(Number(words.line));
  document.getElementById("keep").hidden = true; // it saves itself

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(area.value, area.value.length < 20000); // a browser's limit is 64 KiB, encoded
  });
  addEventListener("online", () => save());

  let isSending = false;
  form.addEventListener("submit", (event) => {
    if (isSending) event.preventDefault(); // once is enough
    isSending = true;
    clearTimeout(later);
  });
  addEventListener("pageshow", () => (isSending = false));

  const file = document.getElementById("file");
  const fileProblem = document.getElementById("file-problem");
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    fileProblem.hidden = true;
    if (!chosen) return;
    if (chosen.size > Number(words.kib) * 1024) {
      fileProblem.textContent = words.large;
      fileProblem.hidden = false;
      file.value = "";
      return;
    }
    try {
      editor.replace(new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer()));
    } catch {
      return; // no UTF-8: it stays chosen, and the server says what is wrong with it
    }
    file.value = "";
    editor.focus();
  });

  document.getElementById("starter-link").addEventListener("click", (event) => {
    event.preventDefault();
    editor.replace(document.getElementById("starter").content.textContent);
    document.getElementById("restart").open = false;
    editor.focus();
  });

  const download = document.getElementById("download");
  download.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([area.value], { type: "text/x-python" }));
    download.href = address;
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  });

  const wait = document.getElementById("wait");
  if (wait) {
    const until = Date.now() + Number(wait.dataset.seconds) * 1000;
    const count = setInterval(() => {
      const left = Math.ceil((until - Date.now()) / 1000);
      wait.querySelector("span").textContent = Math.max(left, 0);
      if (left > 0) return;
      clearInterval(count);
      wait.hidden = true;
    }, 500);
  }
})();
