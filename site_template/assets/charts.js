// Charts with data-chart get a cursor that follows pointer and arrow keys, and can be zoomed: by dragging over them,
// or with + and -. What the cursor says is read from the chart's own table; zooming only moves the windows of the SVG.
"use strict";

for (const figure of document.querySelectorAll("[data-chart]")) addCursor(figure, addZoom(figure));

/**
 * The part of the chart that is shown, from one point to another. `place` says where a point is on the screen, in per
 * cent, `nearest` which point is at such a place; `reveal` moves the part so that a point is in it.
 */
function addZoom(figure) {
  const LEAST = 2; // steps from the first to the last point shown
  const plot = figure.querySelector(".plot"), positions = figure.dataset.at.split(" ").map(Number), end = positions.length - 1;
  const heads = [...figure.querySelector(".twin tbody").rows].map(row => row.cells[0].firstChild?.textContent.trim() ?? "");
  const windows = [[".lines", 1000], ["svg.noted", 1000], [".sends", 12]];
  // labels are placed less exactly than points; each belongs to the point it is at. Those of notes may stand at the rim.
  const labels = [...plot.querySelectorAll(".x text, text.noted")].map(text => {
    const whole = text.getAttribute("x"), at = parseFloat(whole);
    return { text, whole, at: positions.find(point => Math.abs(point - at) < .06) ?? at, rim: text.matches(".noted") ? 0 : 3 };
  });
  const says = el("span", { role: "status" }), reset = el("button", { type: "button" }, "Reset zoom"), bar = el("p", { class: "zoom" }, says, reset);
  bar.hidden = true;
  plot.after(bar);
  let first = 0, last = end;

  const start = () => last - first === end ? 0 : positions[first];
  const width = () => last - first === end ? 100 : positions[last] - positions[first];
  const isZoomed = () => last - first < end;
  const place = index => (positions[index] - start()) / width() * 100;
  function nearest(at) {
    const wanted = start() + at / 100 * width();
    let best = first;
    for (let i = first; i <= last; i++) if (Math.abs(positions[i] - wanted) < Math.abs(positions[best] - wanted)) best = i;
    return best;
  }

  /** From one point to another; neither need be inside. Points that stand on one another cannot be pulled apart. */
  function show(from, to) {
    const length = Math.min(end, Math.max(LEAST, to - from));
    const left = Math.max(0, Math.min(from, end - length));
    if (!(positions[left + length] > positions[left])) return;
    [first, last] = [left, left + length];
    const zoomed = isZoomed(), hadFocus = document.activeElement === reset;
    for (const [name, height] of windows) plot.querySelector(name)?.setAttribute("viewBox", `${start() * 10} 0 ${width() * 10} ${height}`);
    for (const { text, whole, at, rim } of labels) {
      const x = (at - start()) / width() * 100;
      text.setAttribute("x", zoomed ? `${Number(x.toFixed(2))}%` : whole);
      text.classList.toggle("outside", zoomed && (x < rim || x > 100 - rim));
    }
    figure.classList.toggle("zoomed", zoomed);
    bar.hidden = !zoomed;
    says.replaceChildren(...(zoomed ? [el("bdi", {}, heads[first]), " to ", el("bdi", {}, heads[last])] : []));
    if (!zoomed && hadFocus) plot.focus();
  }

  const zoom = {
    place,
    nearest,
    show,
    isZoomed,
    end,
    reset: () => show(0, end),
    reveal(index) {
      if (index < first) show(index, index + last - first);
      else if (index > last) show(index - (last - first), index);
    },
    /** Half as much as now, or twice, around a point. */
    by(factor, index) {
      const length = Math.round((last - first) * factor), middle = index ?? Math.round((first + last) / 2);
      show(Math.round(middle - length / 2), Math.round(middle - length / 2) + length);
    },
  };
  reset.addEventListener("click", zoom.reset);
  return zoom;
}

/** The cursor; `zoom` is what addZoom gave. A finger marks a part by moving sideways; by a tap it puts the cursor there. */
function addCursor(figure, zoom) {
  const plot = figure.querySelector(".plot"), frame = figure.querySelector(".frame"), top = Number(figure.dataset.top);
  const table = figure.querySelector(".twin table"), rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
  const numeric = [...rows[0].cells].map((cell, i) => cell.classList.contains("n") ? i : 0).filter(Boolean);
  const keys = [...figure.querySelectorAll(".key:not(.mark)")].map(key => key.classList[1]);
  const brush = svg("rect", { class: "brush", height: "100%", visibility: "hidden" });
  const line = svg("line", { class: "cursor", y2: "100%", visibility: "hidden" });
  const points = numeric.map((_, i) => svg("circle", { class: `point ${keys[i]}`, r: 3.5, visibility: "hidden" }));
  frame.append(brush, line, ...points);
  const tip = el("div", { class: "tip", role: "status" });
  tip.hidden = true;
  figure.append(tip);
  plot.setAttribute("tabindex", "0");
  let at = null, pressed = null; // the point under the cursor; where dragging began, in per cent

  const value = cell => {
    const number = readNumber(cell.textContent);
    return Number.isNaN(number) ? null : number;
  };

  function show(index) {
    at = index;
    const visible = index === null ? "hidden" : "visible";
    line.setAttribute("visibility", visible);
    for (const point of points) point.setAttribute("visibility", visible);
    tip.hidden = index === null;
    if (index === null) return;
    zoom.reveal(index);
    const x = `${zoom.place(index)}%`, cells = rows[index].cells;
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    const list = el("dl");
    numeric.forEach((column, i) => {
      const number = value(cells[column]);
      points[i].setAttribute("cx", x);
      if (number === null) points[i].setAttribute("visibility", "hidden");
      else points[i].setAttribute("cy", `${100 - number / top * 100}%`);
      list.append(el("dt", { class: `key ${keys[i]}` }, heads[column]), el("dd", {}, cells[column].textContent));
    });
    const [label, ...marks] = [...cells[0].childNodes].map(node => node.textContent.trim()).filter(Boolean);
    tip.replaceChildren(el("b", { dir: "auto" }, label), ...marks.map(mark => el("span", { dir: "auto" }, mark)), list);
    const area = plot.getBoundingClientRect(), around = figure.getBoundingClientRect(), inset = area.left - around.left;
    const left = zoom.place(index) / 100 * area.width;
    const beside = left > area.width / 2 ? left - tip.offsetWidth - 12 : left + 12;
    tip.style.left = `${Math.max(0, inset + Math.min(beside, area.width - tip.offsetWidth))}px`;
    tip.style.top = `${area.top - around.top + 4}px`;
  }

  function reset() {
    stop();
    zoom.reset();
    show(null);
  }

  const across = event => {
    const area = plot.getBoundingClientRect();
    return Math.max(0, Math.min(100, (event.clientX - area.left) / area.width * 100));
  };
  function stop() {
    pressed = null;
    brush.setAttribute("visibility", "hidden");
  }
  plot.addEventListener("pointerdown", event => {
    if (!event.isPrimary) return stop(); // a second finger
    if (event.button !== 0) return;
    pressed = across(event);
    plot.setPointerCapture(event.pointerId);
    if (event.pointerType === "touch") show(zoom.nearest(pressed));
  });
  plot.addEventListener("pointermove", event => {
    if (!event.isPrimary) return;
    const now = across(event);
    show(zoom.nearest(now));
    if (pressed === null) return;
    brush.setAttribute("x", `${Math.min(pressed, now)}%`);
    brush.setAttribute("width", `${Math.abs(now - pressed)}%`);
    brush.setAttribute("visibility", "visible");
  });
  plot.addEventListener("pointerup", event => {
    if (pressed === null || !event.isPrimary) return;
    const ends = [pressed, across(event)].sort((a, b) => a - b);
    stop();
    if (ends[1] - ends[0] < (event.pointerType === "touch" ? 5 : 2)) return; // a press that trembled
    zoom.show(zoom.nearest(ends[0]), zoom.nearest(ends[1]));
    show(zoom.nearest(across(event)));
  });
  plot.addEventListener("pointercancel", () => {
    stop();
    show(null);
  });
  plot.addEventListener("pointerleave", event => event.pointerType === "touch" || show(null));
  plot.addEventListener("dblclick", reset);
  plot.addEventListener("blur", () => show(null));
  figure.addEventListener("keydown", event => {
    if (event.key === "Escape" && (zoom.isZoomed() || at !== null || pressed !== null)) {
      reset();
      event.preventDefault();
    }
  });
  plot.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own
    const act = {
      ArrowRight: () => Math.min(zoom.end, at === null ? zoom.nearest(0) : at + 1),
      ArrowLeft: () => Math.max(0, at === null ? zoom.nearest(100) : at - 1),
      Home: () => 0,
      End: () => zoom.end,
      "+": () => zoom.by(1 / 2, at),
      "-": () => zoom.by(2, at),
    }[event.key];
    if (!act) return;
    show(act() ?? at);
    event.preventDefault();
  });
}
