"""What all tables share: names of constraints, and which column keeps which type."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from grader.domain.exercise import Visibility
from grader.domain.lms.delivery import DeliveryState, Kind, Verdict
from grader.domain.lms.platform import Family
from grader.domain.people import Role, Scope
from grader.domain.regrade import Choice, Stage
from grader.domain.report import Outcome
from grader.domain.scoring import Cause, ItemKind, Keep, Late
from grader.domain.submission import State
from grader.storage.columns import ExactPoints, PlainText, UtcTime, one_of


class Table(DeclarativeBase):
    """Base of all tables; constraints have names, so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to set it
        str: PlainText,
        datetime: UtcTime,
        Fraction: ExactPoints,
        Role: one_of(Role, "role"),
        Scope: one_of(Scope, "scope"),
        State: one_of(State, "state"),
        Outcome: one_of(Outcome, "outcome"),
        Visibility: one_of(Visibility, "visibility"),
        ItemKind: one_of(ItemKind, "kind"),
        Keep: one_of(Keep, "keep"),
        Late: one_of(Late, "late"),
        Cause: one_of(Cause, "cause"),
        Choice: one_of(Choice, "choice"),
        Stage: one_of(Stage, "stage"),
        Kind: one_of(Kind, "kind"),
        DeliveryState: one_of(DeliveryState, "state"),
        Verdict: one_of(Verdict, "verdict"),
        Family: one_of(Family, "family"),
    }
