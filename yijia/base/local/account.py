"""Who the embedded PostgreSQL runs as, and what that account may reach.

PostgreSQL refuses to run as root. On a machine where Yijia runs as root (a container, a CI job) the server gets a
system account of its own; everywhere else it runs as the person who started it.
"""

import os
import pwd
import stat
import subprocess
from pathlib import Path

SYSTEM_ACCOUNT = "yijia-pg"


class PostgresError(Exception):
    """The embedded server cannot be used; the message says why and what to do, in Chinese and English."""


def account() -> pwd.struct_passwd | None:
    """Who the server runs as: nobody else, or as root a system account without a log-in, made on first use."""
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except (FileNotFoundError, KeyError, subprocess.CalledProcessError) as error:
        raise PostgresError(
            f"数据库不能以 root 运行，且无法建立账户 {SYSTEM_ACCOUNT}：换普通用户运行，或设置 DATABASE_URL "
            f"(PostgreSQL refuses root and the account could not be made: run as another user, or set DATABASE_URL)"
        ) from error


def let_traverse(folder: Path, programs: Path, account: pwd.struct_passwd | None) -> None:
    """As root: let the account pass through (not list) the folders above its data and its programs."""
    if account is None:
        return
    for start in (folder.resolve(), programs.resolve()):
        for path in (start, *start.parents):
            mode = path.stat().st_mode
            if not mode & stat.S_IXOTH and path.stat().st_uid != account.pw_uid:
                path.chmod(mode | stat.S_IXOTH)
    if not (programs / "postgres").stat().st_mode & stat.S_IROTH:  # installed under a strict umask
        package = programs.parents[1]
        for tree in (package, package.with_name(f"{package.name}.libs")):
            for path in (tree, *tree.rglob("*")):
                mode = path.stat().st_mode
                path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def private_dir(path: Path, account: pwd.struct_passwd | None) -> None:
    """Make `path` readable by the server's user alone; refuse one that somebody else prepared."""
    owner = account.pw_uid if account else os.geteuid()
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()) or found.st_mode & 0o077:
        raise PostgresError(
            f"套接字目录 {path} 属于他人或权限过宽，请删除它 (the socket folder is not private to this user: remove it)"
        )
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
