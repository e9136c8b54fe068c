"""`yijia reset`: forgets everything local, for a fresh start."""

import click

from yijia.cli import examples


@click.command(epilog=examples("yijia reset --yes"))
@click.option("--yes", is_flag=True, help="不再询问。 Do not ask.")
def command(yes: bool) -> None:
    """停止内置数据库并删除全部本地数据。 Stop the embedded database and delete all local data."""
    from yijia.base.local import home, postgres

    folder = home.home()
    if folder.exists() and not yes:
        click.confirm(f"删除 {folder} 中的全部数据 (delete everything in it)?", abort=True)
    click.echo(f"已删除 {folder} (deleted)" if postgres.reset() else f"{folder} 不存在 (nothing to delete)")
