"""Pages of rehabilitation as values."""

from yijia.apps.rehab.screens.evaluation import apply_form, case_page, figures_page, sheet_form
from yijia.apps.rehab.screens.listing import ban_page, choose_page, designation_page, desk, public_page
from yijia.apps.rehab.screens.records import evaluate_page, mine, of_resident, record_page, sign_page, train_page
from yijia.apps.rehab.screens.shared import house_name

__all__ = [
    "apply_form", "ban_page", "case_page", "choose_page", "designation_page", "desk", "evaluate_page", "figures_page", "house_name", "mine", "of_resident", "public_page",
    "record_page", "sheet_form", "sign_page", "train_page",
]  # fmt: skip
