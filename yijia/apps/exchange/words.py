"""Words of the exports."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WHAT = {"ledger": _("账簿"), "audit": _("审计记录")}
FORMATS = {"csv": _("CSV（表格软件可打开）"), "jsonl": _("JSON Lines（每行一条）")}

REFUSALS: dict[str, Any] = {
    "exports.purpose_needed": _("这次要导出 %(rows)s 行，超过 %(most)s 行要写明用途。请写用途，或缩短日期。"),
}
