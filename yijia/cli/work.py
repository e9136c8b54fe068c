"""`yijia work`: runs the jobs that actions queued."""

import asyncio

import click

from yijia.cli import examples

QUEUES = ("default", "alarms", "dispatch")


@click.command(epilog=examples("yijia work", "yijia work --queues alarms --concurrency 4"))
@click.option(
    "--queues", default=",".join(QUEUES), show_default=True, help="队列，逗号分隔。 Queues, separated by commas."
)
@click.option("--concurrency", default=1, show_default=True, type=click.IntRange(1), help="并行数。 Jobs at once.")
@click.option("--once", is_flag=True, help="做完现有任务即退出。 Stop when nothing is waiting.")
def command(queues: str, concurrency: int, once: bool) -> None:
    """执行后台任务。 Run background jobs."""
    wanted = [queue.strip() for queue in queues.split(",") if queue.strip()]
    if strangers := sorted(set(wanted) - set(QUEUES)):
        raise click.BadParameter(f"没有队列 {strangers}，只有 {list(QUEUES)} (no such queue)", param_hint="--queues")

    from yijia.base.local import django

    django.setup()

    from procrastinate import App
    from procrastinate.contrib.django import app

    async def work(worker: App) -> None:
        async with worker.open_async():
            await worker.run_worker_async(queues=wanted, concurrency=concurrency, wait=not once)

    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(work(worker))
