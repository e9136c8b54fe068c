"""The server's own console: the first administrator, tokens, and whether the record holds."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from tests.cast import NOW, Cast
from yijia.base import audit
from yijia.base.models import User
from yijia.cli import users, verify, words

Run = Callable[..., Result]


@pytest.fixture
def run(cast: Cast, travel: Any) -> Run:
    def call(command: Any, *arguments: str) -> Result:
        return CliRunner().invoke(command, list(arguments), catch_exceptions=False)

    return call


def test_the_first_administrator_signs_in_and_chooses_a_password(run: Run) -> None:
    done = run(users.command, "add", "chief", "陈总", "--role", "admin")
    password = re.search(r"([a-z2-9]{4}(-[a-z2-9]{4}){3})", done.output)[1]
    client = Client()
    assert client.post("/accounts/login/", {"login": "chief", "password": password}).status_code == 302
    assert client.get("/").headers["Location"] == "/accounts/password/change/"
    assert "chief" in run(users.command, "list", "--role", "admin").output


def test_a_role_without_its_scope_makes_no_account(run: Run) -> None:
    done = run(users.command, "add", "n1", "护士甲", "--role", "nurse")
    assert done.exit_code == 1
    assert "--organisation" in done.output
    assert not User.objects.filter(username="n1").exists()
    assert run(users.command, "add", "n2", "x", "--role", "queen").exit_code == 2
    lost = run(users.command, "add", "n3", "x", "--role", "manager", "--organisation", "987654")
    assert lost.exit_code == 1
    assert "--organisation: 没有这个编号" in lost.output
    assert not User.objects.filter(username="n3").exists()


def test_a_token_from_the_console_opens_the_api(run: Run) -> None:
    text = run(users.command, "token", "dispatcher", "--role", "dispatcher").output.strip()
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).json()["role"] == "dispatcher"
    refused = run(users.command, "token", "dispatcher", "--role", "admin")
    assert (refused.exit_code, "accounts.role_not_held" in refused.output) == (1, True)
    assert run(users.command, "reset", "nobody").exit_code == 1


def test_the_record_is_verified_and_a_change_is_named(run: Run, cast: Cast, sql: Any) -> None:
    audit.read(cast.actors["nurse"], NOW, "care.order")
    whole = run(verify.command, "audit", "--json")
    assert (whole.exit_code, json.loads(whole.output)["breaks"]) == (0, [])
    sql("ALTER TABLE base_auditentry DISABLE TRIGGER append_only")
    sql("UPDATE base_auditentry SET ip = '10.0.0.1'")
    broken = run(verify.command, "audit", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.output)["breaks"][0]["reason"] == "changed"


def test_an_empty_ledger_balances(run: Run) -> None:
    done = run(verify.command, "ledger", "--json")
    assert (done.exit_code, json.loads(done.output)["faults"]) == (0, [])


def test_the_words_check_names_what_is_wrong(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = tmp_path / "yijia" / "base"
    (app / "templates").mkdir(parents=True)
    (app / "words.py").write_text(
        'A = _("缺 %(n)s")\nB = _("错 %(n)s")\nC = _("空")\nD = say("好")\n', encoding="utf-8"
    )
    (app / "templates" / "x.html").write_text(
        '{% load i18n %}{% translate "模板" %}{% blocktranslate count n=n %}{{ n }} 个{% plural %}{{ n }} 个{% endblocktranslate %}{{ x|default:_("默认") }}'
    )
    book = words.catalogue_of(app)
    book.parent.mkdir(parents=True)
    book.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "错 %(n)s"\nmsgstr "wrong %(m)s"\n\nmsgid "空"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "好"\nmsgstr "good"\n\nmsgid "旧"\nmsgstr "old"\n',
        encoding="utf-8",
    )
    (tmp_path / "yijia" / "apps").mkdir()
    monkeypatch.setattr(words, "PACKAGE", tmp_path / "yijia")
    told = "\n".join(line for _, line in words.findings())
    for part in (
        "missing): '缺 %(n)s'",
        "missing): '模板'",
        "missing): '%(n)s 个'",
        "missing): '默认'",
        "'旧': 没有人用",
        "'好': 待定",
        "'空': 没有译文",
        "占位符不同",
    ):
        assert part in told, part
    done = CliRunner().invoke(words.command, ["add", "base", "--prune"], catch_exceptions=False)
    assert "4 added, 1 unused and dropped" in done.output
    assert "旧" not in book.read_text(encoding="utf-8")
