// How far one has read: a line at the top, the section in the contents, and a way back the next time.
(() => {
  "use strict";

  const article = document.querySelector(".prose");
  const bar = document.getElementById("read");
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
  const headings = [...article.querySelectorAll("h2[id], h3[id]")].filter((heading) => links.has(heading.id));
  const key = `reading:${document.getElementById("reading").dataset.key}`;
  const LONG_AGO = 24; // pixels above a heading at which it counts as being read

  if (matchMedia("(min-width: 64rem)").matches) document.getElementById("toc").open = true; // there is room beside the text

  const present = () => headings.filter((heading) => heading.getBoundingClientRect().top < LONG_AGO + innerHeight / 4).pop();

  const show = () => {
    const { top, height } = article.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, -top / Math.max(1, height - innerHeight)));
    bar.style.transform = `scaleX(${share})`;
    const heading = present();
    for (const [id, link] of links) {
      if (heading && id === heading.id) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    if (heading) localStorage.setItem(key, heading.id);
  };

  const before = localStorage.getItem(key);
  const resume = document.getElementById("resume");
  if (before && links.has(before) && before !== headings[0]?.id && !location.hash) {
    resume.hidden = false;
    resume.firstElementChild.hash = before;
    resume.firstElementChild.append(`: ${links.get(before).textContent}`);
  }

  let asked = false;
  addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      show();
    });
  }, { passive: true });
  if (location.hash) show();
})();
