"""Between rows and domain objects of LTI: turning one into the other, and inserting what may be there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from grader.domain.lms.launch import ToolKey
from grader.domain.lms.platform import Context, LineItem, Member, Platform
from grader.domain.lms.score import ScoreState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from grader.storage.tables import (
        ContextRow,
        LineItemRow,
        MemberRow,
        PlatformRow,
        ScoreStateRow,
        Table,
        ToolKeyRow,
    )


def inserting(session: Session, kind: type[Table]) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that may say what happens ON CONFLICT."""
    return sqlite.insert(kind) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(kind)


def from_platform(platform: Platform) -> dict[str, object]:
    """Return the columns that keep a platform, but for its id."""
    return {
        "key": platform.key,
        "course_id": platform.course_id,
        "name": platform.name,
        "family": platform.family,
        "issuer": platform.issuer,
        "client_id": platform.client_id,
        "auth_url": platform.auth_url,
        "token_url": platform.token_url,
        "jwks_url": platform.jwks_url,
        "audience": platform.audience,
        "deployments": list(platform.deployments),
        "made": platform.made,
        "failing": platform.failing,
        "removed": platform.removed,
    }


def to_platform(row: PlatformRow) -> Platform:
    """Return the platform that the row keeps."""
    return Platform(
        id=row.id,
        key=row.key,
        course_id=row.course_id,
        name=row.name,
        family=row.family,
        issuer=row.issuer,
        client_id=row.client_id,
        auth_url=row.auth_url,
        token_url=row.token_url,
        jwks_url=row.jwks_url,
        made=row.made,
        audience=row.audience,
        deployments=tuple(row.deployments),
        failing=row.failing,
        removed=row.removed,
    )


def from_context(context: Context) -> dict[str, object]:
    """Return the columns that a launch tells."""
    return {
        "deployment": context.deployment,
        "title": context.title,
        "line_items_url": context.line_items_url,
        "members_url": context.members_url,
        "scopes": list(context.scopes),
    }


def to_context(row: ContextRow) -> Context:
    """Return the platform's course that the row keeps."""
    return Context(
        id=row.id,
        platform_id=row.platform_id,
        deployment=row.deployment,
        key=row.key,
        title=row.title,
        course_id=row.course_id,
        line_items_url=row.line_items_url,
        members_url=row.members_url,
        scopes=tuple(row.scopes),
        synced=row.synced,
        sync_note=row.sync_note,
    )


def to_member(row: MemberRow) -> Member:
    """Return the member that the row keeps."""
    return Member(row.context_id, row.subject, row.user_id, row.ended)


def to_line_item(row: LineItemRow) -> LineItem:
    """Return the line item that the row keeps."""
    return LineItem(
        id=row.id,
        context_id=row.context_id,
        kind=row.kind,
        item=row.item,
        url=row.url,
        label=row.label,
        max_points=row.max_points,
        resource_link=row.resource_link,
        made=row.made,
        removed=row.removed,
    )


def to_score_state(row: ScoreStateRow) -> ScoreState:
    """Return what the row says of a student."""
    return ScoreState(
        line_item_id=row.line_item_id,
        enrolment_id=row.enrolment_id,
        stamped=row.stamped,
        points=row.points,
        max_points=row.max_points,
        confirmed=row.confirmed,
        holder=row.holder,
        lease=row.lease,
    )


def to_tool_key(row: ToolKeyRow) -> ToolKey:
    """Return the key that the row keeps."""
    return ToolKey(row.kid, row.private, row.public, row.made, row.retires)
