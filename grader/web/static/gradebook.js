// The gradebook's cells by arrow keys, as in a grid: one stop for Tab, then arrows, Home, End, Page Up and Page Down.
(() => {
  "use strict";

  const table = document.querySelector("#book table");
  if (!table) return;
  const PAGE = 10; // rows
  const linkOf = (cell) => cell?.querySelector("a");
  let current = linkOf(table.tBodies[table.tBodies.length - 1].rows[0].cells[0]);

  const enter = (link) => {
    current.tabIndex = -1;
    current = link;
    current.tabIndex = 0;
  };

  // The nearest cell with a link on the way from a place; empty cells and means are stepped over.
  const seek = (row, column, down, right) => {
    const rows = table.rows;
    while (row >= 0 && row < rows.length && column >= 0 && column < rows[row].cells.length) {
      const link = linkOf(rows[row].cells[column]);
      if (link) return link;
      if (!down && !right) return null;
      row += down;
      column += right;
    }
    return null;
  };

  const steps = {
    ArrowUp: (row, column) => seek(row - 1, column, -1, 0),
    ArrowDown: (row, column) => seek(row + 1, column, 1, 0),
    ArrowLeft: (row, column) => seek(row, column - 1, 0, -1),
    ArrowRight: (row, column) => seek(row, column + 1, 0, 1),
    Home: (row, column, all) => seek(all ? 0 : row, 0, 0, 1),
    End: (row, column, all) => {
      const last = all ? table.rows.length - 1 : row;
      return seek(last, table.rows[last].cells.length - 1, 0, -1);
    },
    PageUp: (row, column) => seek(Math.max(row - PAGE, 0), column, 1, 0),
    PageDown: (row, column) => seek(Math.min(row + PAGE, table.rows.length - 1), column, -1, 0),
  };

  table.setAttribute("role", "grid");
  for (const cell of table.querySelectorAll("th, td")) {
    const link = linkOf(cell);
    if (link) link.tabIndex = -1;
  }
  current.tabIndex = 0;

  table.addEventListener("focusin", (event) => {
    const link = event.target.closest("a");
    if (link && link !== current && link === linkOf(link.closest("th, td"))) enter(link);
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("th, td");
    const step = steps[event.key];
    if (!cell || !step || event.altKey || event.metaKey || event.shiftKey) return;
    const right = getComputedStyle(table).direction === "rtl";
    const key = !right ? event.key : { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[event.key] || event.key;
    const link = steps[key](cell.parentElement.rowIndex, cell.cellIndex, event.ctrlKey);
    event.preventDefault();
    if (link) link.focus();
  });
})();
