"""The report's pictures; each says machine, level, threads, date and commit under it."""

from __future__ import annotations

__all__ = ["draw"]

OURS = "#c1272d"
OTHERS = ("#0b5394", "#e69138", "#6aa84f", "#674ea7", "#45818e", "#a64d79", "#7f6000", "#666666")


def draw(folder, results):
    """Write the plots of bench/report.py's `results` into `folder`; return the files' names.

    Raises ImportError without matplotlib.
    """
    import matplotlib

    matplotlib.use("Agg")
    painter, curves = Painter(folder, results), results["curves"]
    painter.epochs(results["rows"])
    painter.roofline(curves["roofline"], results["peak"])
    painter.lines("width", curves["width"], "width w of the net w-w-w, batch 128",
                  "GFLOP/s of a steady epoch", "Speed over width", log_x=True,
                  roof=results["peak"]["gflops"])
    painter.lines("threads", curves["threads"], "threads",
                  "GFLOP/s of a steady epoch", "Speed over threads, 784-512-10, batch 128")
    painter.lines("rows", curves["rows"], "rows in the batch",
                  "time per call", "Time per forward call, 784-512-10", log_x=True, log_y=True)
    return painter.written


class Painter:
    """Draws with one colour per peer throughout."""

    def __init__(self, folder, results):
        self.folder, self.names, self.written = folder, results["names"], []
        others = [module for module in self.names if module != "ours"]
        self.colours = {"ours": OURS, **dict(zip(others, OTHERS, strict=False))}
        self.foot = ("{cpu}, {cpus} CPUs, {level}, {threads} threads; {date}, "
                     "{commit}".format(**results["machine"]))

    def figure(self, title, x_label, y_label):
        """Return a new figure and its axes."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(7, 4.5), layout="constrained")
        axes = figure.add_subplot(title=title, xlabel=x_label, ylabel=y_label)
        axes.grid(alpha=0.3)
        axes.set_axisbelow(True)
        return figure, axes

    def save(self, figure, name):
        """Write a figure with the fingerprint under it."""
        figure.supxlabel(self.foot, fontsize=7, color="#666666")
        figure.savefig(self.folder / f"{name}.png", dpi=120)
        self.written.append(f"{name}.png")

    def epochs(self, rows):
        """Bars of the steady epochs' seconds, the shortest on top."""
        for row in rows:
            if row["key"] not in ("book mnist", "book dense") or not row["seconds"]:
                continue
            figure, axes = self.figure(row["title"], "seconds", "")
            ordered = sorted(row["seconds"].items(), key=lambda item: -item[1])
            bars = axes.barh([self.names[m] for m, _ in ordered], [s for _, s in ordered],
                             color=[self.colours[m] for m, _ in ordered])
            axes.bar_label(bars, fmt=" %.3g s")
            axes.margins(x=0.15)
            self.save(figure, row["key"].replace("book", "epoch").replace(" ", "_"))

    def curve(self, axes, module, points):
        """One peer's line; ours is the thick one."""
        x, y = zip(*points, strict=True)
        axes.plot(x, y, "o-", label=self.names[module], color=self.colours[module],
                  linewidth=2.5 if module == "ours" else 1.2, markersize=4)

    def lines(self, name, curves, x_label, y_label, title, *, log_x=False, log_y=False,
              roof=None):
        """One line per peer; `roof` is a level that none can pass."""
        from matplotlib.ticker import EngFormatter

        figure, axes = self.figure(title, x_label, y_label)
        for module, points in curves.items():
            self.curve(axes, module, points)
        if name == "threads" and curves.get("ours"):
            (first, rate), (last, _) = curves["ours"][0], curves["ours"][-1]
            axes.plot([first, last], [rate, rate * last / first], ":", color=OURS, label="ideal")
            axes.xaxis.get_major_locator().set_params(integer=True)
        if roof:
            axes.axhline(roof, color="black", linestyle="--", label="measured peak")
        if log_x:
            axes.set_xscale("log", base=2)
            axes.xaxis.set_major_formatter("{x:g}")
        if log_y:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(EngFormatter("s"))
        else:
            axes.set_ylim(bottom=0)
        if curves:
            axes.legend()
        self.save(figure, name)

    def roofline(self, curves, machine):
        """GFLOP/s of products of growing inner size under what memory and multiply-adds allow."""
        figure, axes = self.figure(
            "Roofline: (4096, k) x (k, 4096), float32, k = 1 to 1024",
            "arithmetic intensity (FLOP per byte)", "GFLOP/s")
        for module, points in curves.items():
            self.curve(axes, module, points)
        low, high = 0.25, 512
        ridge = machine["gflops"] / machine["gbytes"]
        axes.plot([low, ridge, high], [low * machine["gbytes"], *[machine["gflops"]] * 2],
                  color="black", linestyle="--", label="measured roof")
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:g}")
        axes.legend()
        self.save(figure, "roofline")
