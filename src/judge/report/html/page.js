(function () {
  "use strict";
  var tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.setAttribute("aria-live", "polite");
  tip.hidden = true;
  document.body.appendChild(tip);

  var shown = null;

  function centre(point) {
    var box = point.element.getBoundingClientRect();
    return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  }

  function hide() {
    if (shown) {
      shown.element.classList.remove("on");
    }
    shown = null;
    tip.hidden = true;
  }

  function show(point) {
    var at;
    if (shown !== point) {
      hide();
      shown = point;
      point.element.classList.add("on");
      tip.textContent = point.words;
      tip.hidden = false;
    }
    at = centre(point);
    tip.style.left = Math.max(8, Math.min(at.x - tip.offsetWidth / 2,
      document.documentElement.clientWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (at.y - tip.offsetHeight - 14 > 0 ? at.y - tip.offsetHeight - 14 : at.y + 18) + "px";
  }

  function nearest(points, x, y, reach) {
    var best = null;
    points.forEach(function (point) {
      var at = centre(point);
      var distance = Math.hypot(at.x - x, at.y - y);
      if (distance < reach) {
        reach = distance;
        best = point;
      }
    });
    return best;
  }

  function step(points, from, key) {
    var curve = points.filter(function (point) { return point.curve === from.curve; });
    var place = curve.indexOf(from);
    var curves = [];
    var next;
    if (key === "Home") {
      return curve[0];
    }
    if (key === "End") {
      return curve[curve.length - 1];
    }
    if (key === "ArrowLeft" || key === "ArrowRight") {
      return curve[place + (key === "ArrowLeft" ? -1 : 1)] || from;
    }
    points.forEach(function (point) {
      if (curves.indexOf(point.curve) < 0) {
        curves.push(point.curve);
      }
    });
    next = curves[curves.indexOf(from.curve) + (key === "ArrowUp" ? -1 : 1)];
    curve = points.filter(function (point) { return point.curve === next; });
    place = centre(from).x;
    return curve.reduce(function (best, point) {
      return best && Math.abs(centre(best).x - place) <= Math.abs(centre(point).x - place) ? best : point;
    }, null) || from;
  }

  function prepare(figure) {
    var last = null;
    var svg = figure.querySelector("svg");
    var points = Array.prototype.map.call(figure.querySelectorAll(".point"), function (element) {
      var title = element.querySelector("title");
      var words = title ? title.textContent : "";
      if (title) {
        title.remove();
      }
      return { element: element, words: words, curve: +element.dataset.c, number: +element.dataset.n };
    }).sort(function (a, b) { return a.number - b.number; });
    if (!svg || points.length === 0) {
      return;
    }
    function point(event) {
      var found = nearest(points, event.clientX, event.clientY, event.pointerType === "mouse" ? 24 : 48);
      if (found) {
        show(found);
      } else {
        hide();
      }
    }
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointerleave", function (event) {
      if (event.pointerType === "mouse") {
        hide();
      }
    });
    figure.addEventListener("focus", function () {
      if (figure.matches(":focus-visible")) {
        last = last || points[0];
        show(last);
      }
    });
    figure.addEventListener("blur", hide);
    figure.addEventListener("keydown", function (event) {
      if (event.target !== figure || event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      if (event.key === "Escape") {
        hide();
        figure.blur();
      } else if (["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].indexOf(event.key) >= 0) {
        event.preventDefault();
        last = last && shown === last ? step(points, last, event.key) : shown || last || points[0];
        show(last);
      }
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("figure.plot"), prepare);
  var plots = document.querySelector(".plots");
  if (plots) {
    var legend = document.querySelector(".legend");
    var hint = document.createElement("p");
    hint.className = "note hint";
    hint.textContent = "Point at a mark for its value, or go to a plot with Tab and along its marks with the arrow keys.";
    plots.parentNode.insertBefore(hint, legend && legend.parentNode === plots.parentNode ? legend.nextSibling : plots);
  }
  window.addEventListener("scroll", hide, { passive: true });

  var opened = [];
  window.addEventListener("beforeprint", function () {
    hide();
    opened = Array.prototype.filter.call(document.querySelectorAll("details"), function (details) {
      return !details.open;
    });
    opened.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    opened = [];
  });
}());
