"""What an LMS needs: events, deliveries, endpoints, platforms, line items, logins under way.

Safe while the old code still runs: new tables, and one column that may be missing. What the old code grades meanwhile
makes no event; `grader lms reconcile` sends the scores afterwards.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_WAITING = sa.text("state = 'waiting'")
_SENDING = sa.text("state = 'sending'")

_NEW = (
    *("lti_keys", "lti_codes", "lti_logins", "received", "delivery_tries", "deliveries", "events", "endpoints"),
    *("lms_scores", "line_items", "lms_members", "lms_contexts", "platforms"),
)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _points_to(table: str, name: str, *, nullable: bool = False, primary: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id")
    return sa.Column(name, sa.Integer, key, nullable=nullable, primary_key=primary)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("api_tokens") as tokens:
        tokens.add_column(sa.Column("course_id", sa.Integer))
        tokens.create_foreign_key("fk_api_tokens_course_id_courses", "courses", ["course_id"], ["id"])
    _platforms()
    _line_items()
    _logins()
    _events()
    _deliveries()
    _received()


def _platforms() -> None:
    op.create_table(
        "platforms",
        _id(),
        sa.Column("key", sa.Text, nullable=False),
        _points_to("courses", "course_id", nullable=True),
        _text("name"),
        sa.Column("family", sa.String(16), nullable=False),
        *(_text(name) for name in ("issuer", "client_id", "auth_url", "token_url", "jwks_url", "audience")),
        _text("deployments"),
        sa.Column("made", _MOMENT, nullable=False),
        sa.Column("failing", _MOMENT),
        sa.Column("removed", _MOMENT),
        sa.UniqueConstraint("key", name="uq_platforms_key"),
        sa.CheckConstraint(
            "family IN ('canvas', 'moodle', 'openedx', 'brightspace', 'blackboard', 'other')", name="family"
        ),
    )
    op.create_index("ix_platforms_course_id", "platforms", ["course_id"])
    op.create_table(
        "lms_contexts",
        _id(),
        _points_to("platforms", "platform_id"),
        *(_text(name) for name in ("deployment", "key", "title")),
        _points_to("courses", "course_id", nullable=True),
        *(_text(name) for name in ("line_items_url", "members_url", "scopes")),
        sa.Column("synced", _MOMENT),
        _text("sync_note"),
        sa.UniqueConstraint("platform_id", "key", name="uq_lms_contexts_platform_id_key"),
    )
    op.create_index("ix_lms_contexts_course_id", "lms_contexts", ["course_id"])
    op.create_table(
        "lms_members",
        _points_to("lms_contexts", "context_id", primary=True),
        sa.Column("subject", sa.Text, primary_key=True),
        _points_to("users", "user_id"),
        sa.Column("ended", _MOMENT),
        sa.UniqueConstraint("context_id", "user_id", name="uq_lms_members_context_id_user_id"),
    )
    op.create_index("ix_lms_members_user_id", "lms_members", ["user_id"])


def _line_items() -> None:
    op.create_table(
        "line_items",
        _id(),
        _points_to("lms_contexts", "context_id"),
        sa.Column("kind", sa.String(16), nullable=False),
        *(_text(name) for name in ("item", "url", "label")),
        sa.Column("max_points", sa.Integer, nullable=False),
        _text("resource_link"),
        sa.Column("made", _MOMENT),
        sa.Column("removed", _MOMENT),
        sa.UniqueConstraint("context_id", "url", name="uq_line_items_context_id_url"),
        sa.CheckConstraint("kind IN ('exercise', 'quiz')", name="kind"),
    )
    op.create_table(
        "lms_scores",
        _points_to("line_items", "line_item_id", primary=True),
        _points_to("enrolments", "enrolment_id", primary=True),
        sa.Column("stamped", _MOMENT),
        sa.Column("points", sa.Text),
        sa.Column("max_points", sa.Integer, nullable=False),
        sa.Column("confirmed", _MOMENT),
        sa.Column("holder", sa.Integer),
        sa.Column("lease", _MOMENT),
    )
    op.create_index("ix_lms_scores_enrolment_id", "lms_scores", ["enrolment_id"])


def _logins() -> None:
    op.create_table(
        "lti_logins",
        sa.Column("state", sa.Text, primary_key=True),
        _text("nonce"),
        _points_to("platforms", "platform_id"),
        sa.Column("expires", _MOMENT, nullable=False),
    )
    op.create_index("ix_lti_logins_expires", "lti_logins", ["expires"])
    op.create_table(
        "lti_codes",
        sa.Column("hash", sa.Text, primary_key=True),
        _points_to("courses", "course_id"),
        _text("by"),
        sa.Column("expires", _MOMENT, nullable=False),
    )
    op.create_table(
        "lti_keys",
        sa.Column("kid", sa.Text, primary_key=True),
        _text("private"),
        _text("public"),
        sa.Column("made", _MOMENT, nullable=False),
        sa.Column("retires", _MOMENT),
    )


def _events() -> None:
    op.create_table(
        "endpoints",
        _id(),
        _text("key"),
        _points_to("courses", "course_id"),
        *(_text(name) for name in ("name", "url", "events")),
        sa.Column("receives", sa.Boolean, nullable=False),
        *(_text(name) for name in ("secret", "old_secret")),
        sa.Column("old_until", _MOMENT),
        _text("headers"),
        sa.Column("made", _MOMENT, nullable=False),
        sa.Column("off", _MOMENT),
        _text("off_because"),
        sa.Column("failing", _MOMENT),
        sa.Column("removed", _MOMENT),
        sa.UniqueConstraint("key", name="uq_endpoints_key"),
    )
    op.create_index("ix_endpoints_course_id", "endpoints", ["course_id"])
    op.create_table(
        "events",
        _id(),
        _text("key"),
        _text("type"),
        _points_to("courses", "course_id"),
        _points_to("enrolments", "enrolment_id", nullable=True),
        sa.Column("item_kind", sa.String(16)),
        sa.Column("item", sa.Text),
        sa.Column("sequence", sa.Integer),
        sa.Column("made", _MOMENT, nullable=False),
        _text("data"),
        sa.UniqueConstraint("key", name="uq_events_key"),
        sa.CheckConstraint("item_kind IN ('exercise', 'quiz')", name="kind"),
    )
    op.create_index("ix_events_enrolment_id_item_kind_item", "events", ["enrolment_id", "item_kind", "item"])
    op.create_index("ix_events_course_id", "events", ["course_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _id(),
        _points_to("courses", "course_id"),
        sa.Column("kind", sa.String(16), nullable=False),
        _points_to("events", "event_id", nullable=True),
        _points_to("endpoints", "endpoint_id", nullable=True),
        _points_to("line_items", "line_item_id", nullable=True),
        _points_to("platforms", "platform_id", nullable=True),
        _points_to("enrolments", "enrolment_id", nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("made", _MOMENT, nullable=False),
        sa.Column("next_attempt", _MOMENT, nullable=False),
        sa.Column("ended", _MOMENT),
        sa.Column("status", sa.Integer),
        _text("note"),
        sa.Column("claim_key", sa.Text),
        sa.Column("lease", _MOMENT),
        sa.CheckConstraint("kind IN ('webhook', 'lti_ags')", name="kind"),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'delivered', 'dead', 'superseded')", name="state"),
    )
    turns = [([receiver, "next_attempt", "id"], _WAITING) for receiver in ("endpoint_id", "platform_id")]
    for names, condition in (*turns, (["lease"], _SENDING)):
        name = f"ix_deliveries_{'_'.join(names)}"
        op.create_index(name, "deliveries", names, sqlite_where=condition, postgresql_where=condition)
    for names in (["line_item_id", "enrolment_id"], ["course_id", "id"], ["endpoint_id"]):
        op.create_index(f"ix_deliveries_{'_'.join(names)}", "deliveries", names)
    op.create_table(
        "delivery_tries",
        _id(),
        _points_to("deliveries", "delivery_id"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("started", _MOMENT, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        _text("sent"),
        sa.Column("status", sa.Integer),
        *(_text(name) for name in ("body", "problem")),
        sa.Column("retry_after", sa.Double),
        sa.CheckConstraint("verdict IN ('delivered', 'again', 'dead', 'gone', 'superseded')", name="verdict"),
    )
    op.create_index("ix_delivery_tries_delivery_id", "delivery_tries", ["delivery_id"])


def _received() -> None:
    op.create_table(
        "received",
        _id(),
        _points_to("endpoints", "endpoint_id"),
        *(_text(name) for name in ("message_id", "kind")),
        sa.Column("when", _MOMENT, nullable=False),
        _text("answer"),
        _points_to("submissions", "submission_id", nullable=True),
        sa.UniqueConstraint("endpoint_id", "message_id", name="uq_received_endpoint_id_message_id"),
    )
    op.create_index("ix_received_submission_id", "received", ["submission_id"])


def downgrade() -> None:
    for name in _NEW:
        op.drop_table(name)
    # the old code knows no tokens that are good in one course alone: they would be good in all
    op.execute("DELETE FROM api_tokens WHERE course_id IS NOT NULL")
    with op.batch_alter_table("api_tokens") as tokens:
        tokens.drop_constraint("fk_api_tokens_course_id_courses", type_="foreignkey")
        tokens.drop_column("course_id")
