"""`yijia serve`: the web server, granian over WSGI."""

import click

from yijia.cli import examples


@click.command(epilog=examples("yijia serve", "yijia serve --host 0.0.0.0 --port 80 --workers 4 --threads 8"))
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。 Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口。 Port.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="进程数。 Processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1), help="每进程线程数。 Threads of each.")
def command(host: str, port: int, workers: int, threads: int) -> None:
    """启动网站。 Run the web server."""
    refuse_taken_port(host, port)

    from granian import Granian
    from granian.constants import Interfaces

    from yijia.base.local import django, engine

    django.prepare()  # the workers load Django; the process above them stays small
    warming = engine.warm_aside()  # no web process compiles: until then the board says that the engine is getting ready
    server = Granian(
        "yijia.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=threads * 16,  # waiting requests per worker: more than this and the client is told to come back
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    try:
        server.serve()
    finally:
        if warming is not None:
            warming.terminate()  # what it has compiled is kept


def refuse_taken_port(host: str, port: int) -> None:
    """Raises ClickException when somebody listens there already."""
    # granian would let two servers share the port, and a visitor would meet now one, now the other.
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"无法监听 {host}:{port} (cannot listen there): {error.strerror}") from error
