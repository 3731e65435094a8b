// The editor of the exercise page: a textarea that knows Python. Without this script the textarea itself is used.
//
//   const editor = gradeEditor(textarea, { nonce, label, hint, lint, onChange, onSubmit });
//
//   nonce      of this page's style-src: the editor writes its styles into a <style> element
//   label      what a screen reader calls the editor
//   hint       how to leave it, shown below it; there is an English one
//   lint       async (text) => [{ line, message }], lines from 1; asked 750 ms after the last change
//   onChange   (text) => …, after each change
//   onSubmit   () => …, on Ctrl-Enter or ⌘-Enter
//
// The textarea stays in its form and always holds the text. It returns { focus, replace(text), goTo(line) }.
// Colours come from the page: --surface --text --muted --line --accent --focus --wrong, and classes tok-*.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

const LINT_AFTER = 750; // ms
const LONG = 24 * 60 * 60 * 1000; // ms; the editor's own Escape is forgotten after two seconds
const HINT = "Tab indents. To leave the editor with the keyboard, press Escape, then Tab. Ctrl-Enter or ⌘-Enter submits.";

const tint = (share) => `color-mix(in srgb, var(--accent) ${share}%, transparent)`;
const wrong = "var(--wrong, currentColor)";

// Every colour of CodeMirror's own theme is replaced: that one is either light or dark, the page is both. So are its
// marks, which are data: images that img-src 'self' refuses.
const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)", border: "1px solid var(--line)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono, ui-monospace, monospace)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-gutters": { color: "var(--muted)", backgroundColor: "var(--surface)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: tint(7) },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: tint(18), outline: "1px solid var(--accent)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", outline: `1px solid ${wrong}` },
  ".cm-searchMatch": { backgroundColor: tint(18), outline: "1px solid var(--accent)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: tint(36) },
  ".cm-panels, .cm-tooltip": { color: "var(--text)", backgroundColor: "var(--surface)", borderColor: "var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button": {
    color: "var(--text)",
    background: "var(--surface)",
    border: "1px solid var(--line)",
  },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { color: "var(--text)", backgroundColor: tint(18) },
  ".cm-diagnostic-error": { borderLeftColor: wrong },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: `underline wavy ${wrong}` },
  ".cm-lintRange-active": { backgroundColor: tint(18) },
  ".cm-lint-marker.cm-lint-marker-error": { content: "normal" },
  ".cm-lint-marker-error::before": { content: '"▲"', color: wrong },
});

function checked(lint) {
  const source = async (view) => {
    const found = await lint(view.state.doc.toString()).catch(() => []); // a page without a network is no mistake
    return found.map(({ line, message }) => {
      const { from, to } = lineAt(view.state, line);
      return { from, to, severity: "error", message };
    });
  };
  return [linter(source, { delay: LINT_AFTER }), lintGutter()];
}

function lineAt(state, number) {
  return state.doc.line(Math.min(Math.max(number, 1), state.doc.lines));
}

// Tab indents, so there must be another way out (WCAG 2.1.2): after Escape, Tab moves on, until another key is pressed.
const leave = (view) => {
  queueMicrotask(() => view.setTabFocusMode(LONG)); // once the editor's own Escape has set its two seconds
  return false;
};
const left = EditorView.domEventHandlers({ blur: (_, view) => view.setTabFocusMode(false) });

function keys(onSubmit) {
  const submit = () => {
    onSubmit();
    return true;
  };
  return keymap.of([
    ...(onSubmit ? [{ key: "Mod-Enter", run: submit }] : []),
    { key: "Escape", run: leave },
    ...searchKeymap,
    ...lintKeymap,
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]);
}

function hintBelow(textarea, hint) {
  const below = document.createElement("p");
  below.className = "editor-hint";
  below.id = `${textarea.id || "editor"}-hint`;
  below.textContent = hint;
  textarea.after(below);
  return below;
}

function gradeEditor(textarea, { nonce, label, hint = HINT, lint, onChange, onSubmit }) {
  const below = hintBelow(textarea, hint);
  const changed = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    textarea.value = update.state.doc.toString();
    onChange?.(textarea.value);
  });
  const view = new EditorView({
    doc: textarea.value,
    extensions: [
      keys(onSubmit),
      pythonLanguage,
      syntaxHighlighting(classHighlighter),
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      bracketMatching(),
      history(),
      search({ top: false }),
      indentOnInput(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      EditorState.readOnly.of(textarea.readOnly),
      lint ? checked(lint) : [],
      EditorView.cspNonce.of(nonce),
      EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": below.id, tabindex: "0" }),
      left,
      theme,
      changed,
    ],
  });
  textarea.before(view.dom);
  textarea.hidden = true;
  for (const each of textarea.labels) each.addEventListener("click", () => view.focus());
  return {
    focus: () => view.focus(),
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    goTo: (line) => {
      view.dispatch({ selection: { anchor: lineAt(view.state, line).from }, scrollIntoView: true });
      view.focus();
    },
  };
}

window.gradeEditor = gradeEditor;
