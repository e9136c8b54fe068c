"""`yijia migrate`: brings the database to the shape this version wants."""

import click

from yijia.cli import examples


@click.command(epilog=examples("yijia migrate", "yijia migrate --plan", "yijia migrate --check"))
@click.option("--plan", is_flag=True, help="只列出将做什么。 Only list what would be done.")
@click.option("--check", is_flag=True, help="未迁移则失败。 Fail when something is not applied yet.")
def command(plan: bool, check: bool) -> None:
    """升级数据库结构。 Apply database migrations."""
    from yijia.base.local import django

    django.setup()

    from django.core.management import call_command

    call_command("migrate", interactive=False, plan=plan, check_unapplied=check)
