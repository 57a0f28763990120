"""What `pip install .` gives: the command with its SQL, templates and assets, away from the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = ("shared", "sync_job", "report_builder", "report_site", "site_template", "demo")


def test_wheel_runs_the_demo_outside_the_checkout(tmp_path: Path) -> None:
    source, outside, installed = tmp_path / "source", tmp_path / "outside", tmp_path / "installed"
    source.mkdir()
    outside.mkdir()
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "rapport.py"):
        shutil.copy(ROOT / name, source / name)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*build, str(source)], check=True, cwd=outside)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    assert not (installed / "tests").exists()

    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    demo = [sys.executable, "-m", "rapport", "demo", "--no-serve", "--subscribers", "40", "--emails", "8"]
    run = subprocess.run(demo, cwd=outside, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    site = outside / "rapport-demo" / "demo" / "site"
    assert "The Quiet Metric" in (site / "index.html").read_text()
    assert list((site / "assets").glob("site.*.css"))
