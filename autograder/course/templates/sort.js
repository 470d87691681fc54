"use strict";
for (const table of document.querySelectorAll("table.sort")) {
  table.tHead.querySelectorAll("th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.querySelectorAll("th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const value = (row) => {
        const cell = row.cells[column];
        const text = cell.dataset.v ?? cell.textContent.trim();
        return { text, number: text === "" ? -Infinity : Number(text) };
      };
      const order = (a, b) =>
        isNaN(a.number) || isNaN(b.number) ? a.text.localeCompare(b.text, undefined, { numeric: true }) : a.number - b.number;
      const rows = [...table.tBodies[0].rows].map((row) => ({ row, key: value(row) }));
      rows.sort((a, b) => (up ? 1 : -1) * order(a.key, b.key));
      table.tBodies[0].append(...rows.map((item) => item.row));
    });
  });
}
