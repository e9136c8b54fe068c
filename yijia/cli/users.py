"""`yijia users`: the first administrator, and accounts from the server's own console."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from yijia.cli import examples

if TYPE_CHECKING:
    from yijia.core.permissions import Role


@click.group(
    epilog=examples(
        "yijia users list", "yijia users add wang 王敏 --role admin", "yijia users token wang --role dispatcher"
    )
)
def command() -> None:
    """账户。 Accounts."""


@command.command(name="list", epilog=examples("yijia users list", "yijia users list --role admin"))
@click.option("--role", default="", help="只列这个身份。 Only this role.")
def list_(role: str) -> None:
    """列出账户。 List accounts."""
    _setup()
    from yijia.base.administration import queries
    from yijia.core.permissions import SYSTEM

    for user in queries.list_users(SYSTEM, role=role).prefetch_related("grants"):
        roles = ",".join(sorted({g.role for g in user.grants.all() if g.revoked_at is None}))
        closed = "" if user.is_active else "\tclosed"
        click.echo(f"{user.pk}\t{user.username}\t{user.display_name}\t{roles or '-'}{closed}")


@command.command(
    epilog=examples(
        "yijia users add wang 王敏 --role admin", "yijia users add li 李静 --role dispatcher --organisation 3"
    )
)
@click.argument("username")
@click.argument("display_name")
@click.option("--role", required=True, help="身份。 Role.")
@click.option("--jurisdiction", default=None, help="地区，默认本系统的地区。 Place; this deployment's by default.")
@click.option("--organisation", type=int, default=None, help="机构编号。 Organisation id.")
@click.option("--staff", type=int, default=None, help="人员编号。 Staff id.")
@click.option("--resident", type=int, default=None, help="居民编号。 Resident id.")
def add(
    username: str,
    display_name: str,
    role: str,
    jurisdiction: str | None,
    organisation: int | None,
    staff: int | None,
    resident: int | None,
) -> None:
    """建账户、给身份，打印一次性密码。 Make an account with a role; prints its one-time password."""
    _setup()
    from django.conf import settings
    from django.db import IntegrityError, transaction

    from yijia.base import clock
    from yijia.base.administration import actions
    from yijia.core.permissions import SYSTEM

    at = clock.now()
    worn = _role(role)
    with _refusals(), transaction.atomic():
        user, password = actions.create_user(username=username, display_name=display_name, by=SYSTEM, at=at)
        try:
            actions.grant_role(
                user_id=user.pk, role=worn, jurisdiction=jurisdiction or settings.REGION, valid_from=clock.business_date(at),
                organisation_id=organisation, staff_id=staff, resident_id=resident, by=SYSTEM, at=at,
            )  # fmt: skip
        except IntegrityError as error:
            raise click.ClickException(
                f"{role} 须写明范围：--organisation、--staff 或 --resident (this role's scope must be named)"
            ) from error
    click.echo(f"{user.pk}\t{username}\t一次性密码 one-time password: {password}")


@command.command(epilog=examples("yijia users token wang --role dispatcher --days 30 --label 'hospital system'"))
@click.argument("username")
@click.option("--role", required=True, help="以什么身份。 The role it wears.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366), help="有效天数。 Days it lives.")
@click.option("--label", default="console", show_default=True, help="用途。 What it is for.")
def token(username: str, role: str, days: int, label: str) -> None:
    """建接口令牌，只打印一次。 Make an API token; printed once."""
    _setup()
    from yijia.base import clock
    from yijia.base.administration import actions
    from yijia.core.permissions import SYSTEM

    user_id = _user_id(username)
    with _refusals():
        _row, text = actions.create_token(
            user_id=user_id, role=_role(role), label=label, days=days, by=SYSTEM, at=clock.now()
        )
    click.echo(text)


@command.command(epilog=examples("yijia users reset wang"))
@click.argument("username")
def reset(username: str) -> None:
    """重设密码并解锁，打印一次性密码。 Reset the password and unlock; prints the one-time password."""
    _setup()
    from yijia.base import clock
    from yijia.base.administration import actions
    from yijia.core.permissions import SYSTEM

    user_id, at = _user_id(username), clock.now()
    actions.unlock(user_id=user_id, by=SYSTEM, at=at)
    _user, password = actions.reset_password(user_id=user_id, by=SYSTEM, at=at)
    click.echo(password)


def _setup() -> None:
    from yijia.base.local import django

    django.setup()


def _role(code: str) -> "Role":
    from yijia.core.permissions import Role

    if code not in set(Role):
        raise click.BadParameter(f"没有身份 {code}，只有 {'、'.join(sorted(Role))} (no such role)", param_hint="--role")
    return Role(code)


def _user_id(username: str) -> int:
    from yijia.base.models import User

    found = User.objects.filter(username__iexact=username).first()
    if found is None:
        click.echo(f"没有用户 {username} (no such user)", err=True)
        sys.exit(1)
    return int(found.pk)


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal, or a number that nobody has, becomes one line on the console."""
    from yijia.base.errors import Invalid, Refused
    from yijia.base.words import sentence

    try:
        yield
    except Refused as refused:
        raise click.ClickException(f"{sentence(refused.refusal)} ({refused.refusal.code})") from refused
    except Invalid as wrong:
        options = ", ".join(f"--{field.removesuffix('_id')}" for field in wrong.fields)
        raise click.ClickException(f"{options}: 没有这个编号 (there is no such number)") from wrong
