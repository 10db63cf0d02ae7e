"""The table of what parity found: tests leave figures as properties, which arrive here from every worker."""

import keras

HEAD = ("model", "exporter", "backend", "format", "loss", "gradient", "parameters here / in PyTorch")


def pytest_terminal_summary(terminalreporter):
    rows: dict[tuple[str, ...], dict[str, float]] = {}
    for report in (r for reports in terminalreporter.stats.values() for r in reports):
        if getattr(report, "when", "") == "call":
            for key, figures in report.user_properties:
                note(rows.setdefault(tuple(key), {}), figures)
    if rows:
        terminalreporter.section("parity with PyTorch")
        for row in aligned([HEAD, *(line(*key, figures) for key, figures in sorted(rows.items()))]):
            terminalreporter.write_line(row)


def note(row, figures):
    """Note figures in a row; of several, the largest."""
    row.update({name: max(value, row.get(name, value)) for name, value in figures.items()})


def line(model, exporter, data_format, figures):
    counts = f"{figures['here']} / {figures['there']}" if "here" in figures else ""
    differences = [f"{figures[n]:.1e}" if n in figures else "" for n in ("loss", "gradient")]
    return (model, exporter, keras.backend.backend(), data_format, *differences, counts)


def aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
