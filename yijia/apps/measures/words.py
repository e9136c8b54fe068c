"""Words of the indicators."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "measures.unknown": _("没有“%(measure)s”这个指标。"),
}

SUBJECTS = {
    "resident": _("居民"),
    "staff": _("人员"),
    "organisation": _("机构"),
    "item": _("服务项目"),
    "order": _("服务单"),
}

PLACES = {
    "resident": _("镇街"),
    "staff": _("机构"),
    "organisation": _("镇街"),
    "item": _("提供机构数"),
    "order": _("机构"),
}
