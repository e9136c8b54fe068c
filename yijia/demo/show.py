"""The demo's tables on a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from yijia.base.templatetags.states import STATES
from yijia.demo.day.report import Report
from yijia.demo.logins import accounts


def tables(report: Report) -> list[Table]:
    """Everything a person wants to see after the day."""
    return [
        _orders(report),
        _visits(report),
        _refusals(report),
        _money(report),
        _indicators(report),
        _troubles(report),
        _logins(),
    ]


def show(report: Report, console: Console) -> None:
    """Print them."""
    for table in tables(report):
        console.print(table)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int] = ()) -> Table:
    made = Table(title=title, title_justify="left", title_style="bold")
    for position, column in enumerate(columns):
        made.add_column(column, justify="right" if position in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*("–" if cell is None else str(cell) for cell in row))
    return made


def _orders(report: Report) -> Table:
    title = f"{report.name} {report.day}：{report.requests} 次请求，{report.actions} 个动作，{report.seconds} 秒 (requests, actions, seconds)"
    rows = [
        (str(STATES["order"].get(code, ("", code))[1]), code, count) for code, count in report.orders_by_state.items()
    ]
    return _table(title, ("服务单 Orders", "state", "数 count"), rows, (2,))


VISITS = {
    "planned": "排定 planned", "done": "完成 done", "on_time": "按时到达 on time", "strong_evidence": "证据充分 strong evidence",
    "weak_evidence": "证据薄弱 weak evidence", "reviews_open": "待复核 reviews open", "complaints": "投诉 complaints", "alarms": "报警 alarms",
}  # fmt: skip


def _visits(report: Report) -> Table:
    return _table(
        "上门 Visits", ("", "数 count"), [(VISITS[code], count) for code, count in report.visits.items()], (1,)
    )


def _refusals(report: Report) -> Table:
    rows = [(row["count"], row["code"], row.get("zh", ""), row.get("en", "")) for row in report.refusals]
    return _table("被拒绝的请求 Refusals", ("次 times", "code", "原因 why", "in English"), rows, (0,))


PAYERS = {"patient": "居民自付 patient", "insurance": "医保 insurance", "subsidy": "补贴 subsidy"}


def _money(report: Report) -> Table:
    money = report.money
    rows = [(PAYERS[payer], amount) for payer, amount in money["by_payer"].items()]
    rows += [
        ("账单 charged", money["charged"]),
        ("已收 paid", money["paid"]),
        ("已退 refunded", money["refunded"]),
        ("已结算 settled", money["settled"]),
    ]
    return _table("钱（元）Money in yuan", ("", "金额 amount"), rows, (1,))


def _indicators(report: Report) -> Table:
    rows = [
        (row["zh"], row["en"], row["numerator"], row["denominator"], _percent(row["value"]), _reported(row), row["on"])
        for row in report.indicators
    ]
    columns = ("指标 Indicator", "", "分子 numerator", "分母 denominator", "率 rate", "已公布 reported", "日期 date")
    return _table("指标 Indicators", columns, rows, (2, 3, 4, 5))


def _percent(value: str | None) -> str | None:
    return None if value is None else f"{float(value) * 100:.2f} %"


def _reported(row: dict[str, Any]) -> str | None:
    if row["reported"] is None:
        return None
    return _percent(row["reported"]) if row["denominator"] is not None else str(row["reported"])


def _troubles(report: Report) -> Table:
    rows = [(row["zh"], row["en"], row["where"], row["caught_by"]) for row in report.troubles]
    return _table("埋下的问题 Planted troubles", ("问题", "Trouble", "在哪里 where", "由什么发现 caught by"), rows)


def _logins() -> Table:
    rows = [(one["role_label"], one["username"], one["password"]) for one in accounts()]
    return _table("演示账户 Demo log-ins", ("身份 role", "用户名 username", "密码 password"), rows)
