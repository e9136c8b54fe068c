"""`yijia manage`: Django's own management commands, with the database up."""

import click

from yijia.cli import examples


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog=examples("yijia manage showmigrations", "yijia manage makemigrations --check", "yijia manage help"),
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """运行 Django 管理命令。 Run a Django management command."""
    from yijia.base.local import django

    django.setup()

    from django.core.management import execute_from_command_line

    execute_from_command_line(["yijia manage", *(arguments or ("help",))])
