// Two things: arrows move in the grid (WAI-ARIA, grid pattern), and what the server tells takes its place.
"use strict";
function cells() {
  return Array.from(document.querySelectorAll("#grid tr"), (row) => Array.from(row.children));
}
function at(cell) {
  const rows = cells();
  for (let y = 0; y < rows.length; y += 1) {
    const x = rows[y].indexOf(cell);
    if (x >= 0) { return [rows, y, x]; }
  }
  return [rows, 0, 0];
}
function target(cell) { return cell.querySelector("a") || cell; }
function reachable(cell) {
  for (const each of document.querySelectorAll("#grid th, #grid td, #grid a")) { each.tabIndex = -1; }
  target(cell).tabIndex = 0;
}
function begin() {
  const rows = cells();
  if (rows.length > 1) { reachable(rows[1][0]); }
}
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest && event.target.closest("#grid th, #grid td");
  if (!cell || event.altKey || event.metaKey) { return; }
  let [rows, y, x] = at(cell);
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (moves[event.key]) { y += moves[event.key][0]; x += moves[event.key][1]; }
  else if (event.key === "Home") { x = 0; if (event.ctrlKey) { y = 0; } }
  else if (event.key === "End") { x = rows[y].length - 1; if (event.ctrlKey) { y = rows.length - 1; } }
  else if (event.key === "PageDown") { y = Math.min(rows.length - 1, y + 10); }
  else if (event.key === "PageUp") { y = Math.max(0, y - 10); }
  else { return; }
  event.preventDefault();
  if (rows[y] && rows[y][x]) { reachable(rows[y][x]); target(rows[y][x]).focus(); }
});
document.addEventListener("click", (event) => {
  const cell = event.target.closest("#grid th, #grid td");
  if (cell) { reachable(cell); target(cell).focus(); }
});
function take(page) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  for (const each of fresh.querySelectorAll("[id]:not(#main):not(#grid):not(#lost)")) {
    const old = document.getElementById(each.id);
    if (!old || old.innerHTML === each.innerHTML && old.className === each.className) { continue; }
    const focused = old.contains(document.activeElement), tab = target(old).tabIndex;
    old.className = each.className;
    old.title = each.title;
    old.replaceChildren(...each.childNodes);
    if (old.closest("#grid")) { target(old).tabIndex = tab; }
    if (focused) { target(old).focus(); }
  }
}
begin();
const place = document.body.dataset.live, PATIENCE_MS = 40000, LOOK_MS = 5000;
function follow() {
  const source = new EventSource(place), lost = document.getElementById("lost");
  let heard = Date.now();
  const hear = () => { heard = Date.now(); lost.hidden = true; };
  source.onopen = hear;
  source.addEventListener("alive", hear);
  source.onerror = () => { lost.hidden = false; };
  source.onmessage = (event) => { hear(); take(JSON.parse(event.data)); };
  const looking = setInterval(() => {  // a wire that is dead says nothing, and a browser gives up after a refusal
    if (source.readyState !== EventSource.CLOSED && Date.now() - heard < PATIENCE_MS) { return; }
    lost.hidden = false;
    source.close();
    clearInterval(looking);
    follow();
  }, LOOK_MS);
}
if (place) { follow(); }
