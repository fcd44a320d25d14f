"""Measures by beneficiary category (đối tượng thụ hưởng)."""

from typing import Final

from policy_credit_reporting.indicators.algebra import Label, Measure, Part
from policy_credit_shared.kernel.identifiers import Category

CATEGORIES: Final[dict[Category | None, Label]] = {
    "poor": Label("hộ nghèo", "poor households"),
    "near_poor": Label("hộ cận nghèo", "near-poor households"),
    "newly_escaped": Label("hộ mới thoát nghèo", "households newly out of poverty"),
    "student": Label("học sinh, sinh viên", "students"),
    "job_seeker": Label("người tìm việc làm", "job seekers"),
    "migrant_worker": Label("người đi lao động ở nước ngoài", "workers abroad"),
    "ethnic_minority": Label("đồng bào dân tộc thiểu số", "ethnic minorities"),
    "rural_resident": Label("hộ ở nông thôn", "rural residents"),
    "low_income": Label("người thu nhập thấp", "people of low income"),
    "served_sentence": Label("người chấp hành xong án phạt tù", "people who served a sentence"),
    None: Label("đối tượng chưa ghi nhận", "borrowers of no stated category"),
}
"""As when the loan was applied for."""


def by_category(whole: Measure) -> list[Measure]:
    """A measure of loans by the borrower's category: together they are the whole."""
    return [
        Measure(
            name=f"{whole.name}_{category or 'unstated'}",
            label=Label(f"{whole.label.vi} của {label.vi}", f"{whole.label.en}, {label.en}"),
            unit=whole.unit,
            kind=whole.kind,
            meaning=whole.meaning.continued(f": của {label.vi}", f": of {label.en}"),
            by=whole.by,
            better=whole.better,
            source=whole.source,
            part=Part(whole, "category", category),
        )
        for category, label in CATEGORIES.items()
    ]
