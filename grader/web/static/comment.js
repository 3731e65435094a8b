// Commenting by line: a click on a line of the source puts its number into the form.
(() => {
  "use strict";

  const form = document.getElementById("say");
  const listing = document.querySelector(".listing");
  if (!form || !listing) return;

  for (const note of form.querySelectorAll(".by-script")) note.hidden = false;
  listing.classList.add("pick-line");
  listing.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line || String(getSelection())) return; // who selects text to copy it wants no form
    form.elements.line.value = line.dataset.n;
    form.elements.text.focus();
  });
})();
