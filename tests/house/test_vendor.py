"""What the browser gets from others is what was reviewed, and every icon a page asks for is there."""

import json
import re
import shutil
from pathlib import Path

import pytest

from yijia.cli import vendor

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "yijia" / "base" / "static" / "yijia"


def sources() -> list[Path]:
    return sorted((ROOT / "yijia").rglob("*.html"))


def test_files_match_their_hashes():
    assert vendor.check() == []


def test_a_changed_file_is_noticed(tmp_path):
    root = tmp_path / "vendor"
    shutil.copytree(vendor.VENDOR, root)
    (root / "htmx.org@2.0.11" / "htmx.min.js").write_text("alert(1)")
    (root / "stranger.js").write_text("")
    (root / "tabler-icons@3.51.0" / "LICENSE").unlink()
    assert vendor.check(root) == [
        "htmx.org@2.0.11/htmx.min.js: hash differs from the manifest",
        "tabler-icons@3.51.0/LICENSE: missing",
        "stranger.js: not in the manifest",
    ]


def test_each_package_has_a_version_and_a_licence_text():
    for package in vendor.read_manifest()["packages"]:
        assert package["folder"].endswith("@" + package["version"])
        assert package["licence"] in {"MIT", "0BSD", "BSD-2-Clause", "Apache-2.0", "OFL-1.1"}
        assert len(package["package_sha256"]) == 64
        assert "LICENSE" in {entry["to"] for entry in package["files"]}


def test_the_sprite_holds_the_listed_icons():
    package = next(p for p in vendor.read_manifest()["packages"] if p["name"] == "@tabler/icons")
    text = (vendor.VENDOR / package["folder"] / vendor.SPRITE).read_text(encoding="utf-8")
    assert re.findall(r'<symbol id="([^"]+)"', text) == package["icons"]


def test_each_icon_asked_for_by_a_template_is_in_the_sprite():
    package = next(p for p in vendor.read_manifest()["packages"] if p["name"] == "@tabler/icons")
    asked = {
        name for path in sources() for name in re.findall(r'{%\s*icon "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked - set(package["icons"]) == set()


def test_an_icon_becomes_a_symbol():
    drawn = vendor.sprite(
        {"dot": '<svg width="24">\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n  <path d="M1 1" />\n</svg>'}
    )
    assert '<symbol id="dot" viewBox="0 0 24 24"><path d="M1 1" /></symbol>' in drawn


def test_a_file_that_is_no_icon_is_refused():
    with pytest.raises(vendor.VendorError, match="dot"):
        vendor.sprite({"dot": "<html></html>"})


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT / "yijia")))
def test_no_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\sstyle=|<style\b", text)
    assert not re.search(r"\son[a-z]+=\"", text)


def test_the_first_page_is_light():
    """First page at most 300 kB over the wire: styles, scripts and icons together stay well below it."""
    import gzip

    later = {"echarts@5.6.0", "leaflet@"}  # only on the pages that draw a chart or a map
    shipped = [
        *OWN.glob("*.css"),
        *OWN.glob("*.js"),
        *OWN.glob("*.svg"),
        *(
            path
            for path in vendor.VENDOR.rglob("*")
            if path.suffix in {".css", ".js", ".svg"} and not any(part.startswith(tuple(later)) for part in path.parts)
        ),
    ]
    assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in shipped) < 150_000


def test_the_manifest_names_no_address():
    assert "://" not in json.dumps(vendor.read_manifest())
