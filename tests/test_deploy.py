"""The files for a school's server: nginx reads its file, and systemd finds nothing wrong in the units."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask, url_for

from microcred.evidence.editor import MEGABYTE, most_bytes

DEPLOY = Path(__file__).parent.parent / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("microcred*"))


def required(program: str) -> str:
    """Where a program that these tests cannot do without is installed."""
    path = shutil.which(program)
    assert path, f"{program} is not installed"
    return path


def test_nginx_accepts_its_file(tmp_path: Path) -> None:
    assert complaint_of_nginx(tmp_path, (DEPLOY / "nginx.conf").read_text()) == ""


def test_nginx_complains_of_a_slip(tmp_path: Path) -> None:
    slip = (DEPLOY / "nginx.conf").read_text().replace("proxy_pass", "proxy_past")
    assert "unknown directive" in complaint_of_nginx(tmp_path, slip)


def test_nginx_lets_through_what_the_settings_allow_by_default(app: Flask) -> None:
    address, files, everything_else = limits_of_nginx((DEPLOY / "nginx.conf").read_text())
    with app.test_request_context():
        wanted = url_for("evidence.attach_file", submission_id=12, part_id=345)
        most = most_bytes()
    assert re.fullmatch(address, wanted), "the larger limit is where files are attached"
    assert (files * MEGABYTE >= most, everything_else * MEGABYTE >= app.config["MAX_CONTENT_LENGTH"]) == (True, True)


def limits_of_nginx(site: str) -> tuple[str, int, int]:
    """The address that has a limit of its own, that limit, and the limit of all others, in megabytes."""
    found = re.search(r"location ~ (\S+) \{\s*client_max_body_size (\d+)m;", site)
    general = re.search(r"^    client_max_body_size (\d+)m;", site, re.MULTILINE)
    assert found
    assert general
    return found[1], int(found[2]), int(general[1])


def complaint_of_nginx(folder: Path, site: str) -> str:
    """What nginx says of a site's file, with a certificate made for the purpose; nothing when it is well."""
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    subject = ["-subj", "/CN=microcred.school.example", "-days", "1"]
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", *subject]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    site = site.replace("/etc/ssl/microcred", str(folder))
    site = site.replace("listen 80", "listen 127.0.0.1:8980").replace("listen [::]:80", "listen [::1]:8980")
    whole = f"pid {folder}/pid; error_log stderr; events {{}} http {{ {site} }}"
    (folder / "nginx.conf").write_text(whole)
    test = [required("nginx"), "-t", "-q", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return subprocess.run(test, capture_output=True, text=True).stderr


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong(tmp_path: Path, unit: str) -> None:
    assert complaints_of_systemd(tmp_path, (DEPLOY / unit).read_text(), unit) == []


def test_systemd_complains_of_a_slip(tmp_path: Path) -> None:
    slip = (DEPLOY / "microcred.service").read_text().replace("ExecStart=/", "ExecStrat=/")
    assert complaints_of_systemd(tmp_path, slip, "microcred.service") != []


def complaints_of_systemd(folder: Path, text: str, unit: str) -> list[str]:
    """What systemd says of a unit, whose programs need not be installed here."""
    for name in UNITS:
        whole = text if name == unit else (DEPLOY / name).read_text()
        (folder / name).write_text(re.sub(r"/opt/microcred/.venv/bin/\w+", "/bin/true", whole))
    verify = [required("systemd-analyze"), "verify", "--man=no", str(folder / unit)]
    said = subprocess.run(verify, capture_output=True, text=True)
    return [line for line in said.stderr.splitlines() if "microcred" in line]
