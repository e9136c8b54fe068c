"""Words of dispatching: what keeps a plan from being changed."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "dispatch.stale": _("排班在你查看方案期间已有变动。请重新生成方案，再确认。"),
}
