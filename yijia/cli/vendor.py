"""`yijia vendor`: what the browser gets from others, fetched by name and version and checked by hash.

Everything is listed in `yijia/base/static/vendor/manifest.json`. Plain `yijia vendor` compares the files on disk
with their hashes; `--fetch` asks the npm client for each package, demands the pinned hash of the package itself and
lays its files out again; `--pin` also writes the hashes found (after a new version or a new icon, for a person to review).
"""

import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import click

from yijia.cli import examples

VENDOR = Path(__file__).resolve().parents[1] / "base" / "static" / "vendor"
MANIFEST = "manifest.json"
SPRITE = "sprite.svg"


class VendorError(Exception):
    """A package could not be fetched, or is not the one that was pinned."""


def read_manifest(root: Path = VENDOR) -> dict:
    """The manifest as a mapping."""
    return json.loads((root / MANIFEST).read_text(encoding="utf-8"))


def check(root: Path = VENDOR) -> list[str]:
    """What is wrong with the vendored files, one line each; empty when all is well."""
    faults = []
    listed = {root / MANIFEST}
    for package in read_manifest(root)["packages"]:
        for entry in package["files"]:
            path = root / package["folder"] / entry["to"]
            listed.add(path)
            if not path.is_file():
                faults.append(f"{package['folder']}/{entry['to']}: missing")
            elif _sha256(path.read_bytes()) != entry["sha256"]:
                faults.append(f"{package['folder']}/{entry['to']}: hash differs from the manifest")
    strangers = sorted(path for path in root.rglob("*") if path.is_file() and path not in listed)
    return faults + [f"{path.relative_to(root)}: not in the manifest" for path in strangers]


def fetch(root: Path = VENDOR, *, pin: bool = False) -> None:
    """Fetch every package again and lay its files out; with `pin`, write the hashes that were found.

    Raises `VendorError` when npm is absent or refuses, or when a package is not the pinned one.
    """
    manifest = read_manifest(root)
    for package in manifest["packages"]:
        archive = _pack(f"{package['name']}@{package['version']}")
        found = _sha256(archive)
        if pin:
            package["package_sha256"] = found
        elif found != package["package_sha256"]:
            raise VendorError(f"{package['name']}@{package['version']}: the package is not the pinned one")
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for entry in package["files"]:
                path = root / package["folder"] / entry["to"]
                if entry["from"] is not None:  # else a file of ours, such as a licence text
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(_content(tar, entry, package.get("icons", [])))
                if pin:
                    entry["sha256"] = _sha256(path.read_bytes())
    if pin:
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        (root / MANIFEST).write_text(text, encoding="utf-8")


def sprite(icons: dict[str, str]) -> str:
    """One SVG of symbols from each icon's own SVG text; the drawing attributes are set by the page."""
    symbols = []
    for name, text in sorted(icons.items()):
        body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
        if body is None:
            raise VendorError(f"{name}: not an icon")
        drawing = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body.group(1))
        drawing = re.sub(r"\s*\n\s*", "", drawing)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _content(tar: tarfile.TarFile, entry: dict, icons: list[str]) -> bytes:
    if entry["to"] == SPRITE:
        texts = {name: _member(tar, f"{entry['from']}/{name}.svg").decode() for name in icons}
        return sprite(texts).encode()
    data = _member(tar, entry["from"])
    # A manifest storage follows source map lines, and the maps are not shipped.
    return re.sub(rb"\n?/[*/]# sourceMappingURL=[^\n]*", b"", data) if entry["to"].endswith((".css", ".js")) else data


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    try:
        stream = tar.extractfile(f"package/{name}")
    except KeyError:
        stream = None
    if stream is None:
        raise VendorError(f"{name}: not in the package")
    return stream.read()


def _pack(wanted: str) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise VendorError("npm is needed to fetch (not to check): install it and try again")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [npm, "pack", wanted, "--silent", "--pack-destination", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            raise VendorError(f"{wanted}: npm gave nothing: {done.stderr.strip()[-300:]}")
        return archives[0].read_bytes()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@click.command(epilog=examples("yijia vendor", "yijia vendor --fetch"))
@click.option(
    "--fetch", "fetching", is_flag=True, help="按名称和版本重取，再核对。 Fetch the pinned packages again, then check."
)
@click.option(
    "--pin", is_flag=True, help="重取并记下新的哈希，供人复核。 Fetch and write the hashes found, for review."
)
def command(fetching: bool, pin: bool) -> None:
    """核对网页组件的哈希。 Check (or fetch) the vendored scripts, styles and icons."""
    try:
        if fetching or pin:
            fetch(pin=pin)
    except VendorError as error:
        raise click.ClickException(str(error)) from error
    faults = check()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} 处不符，用 yijia vendor --fetch 重取 (wrong: fetch them again)")
    packages = read_manifest()["packages"]
    files = sum(len(package["files"]) for package in packages)
    click.echo(f"{len(packages)} 个组件、{files} 个文件的哈希都相符 (packages and files match)")
