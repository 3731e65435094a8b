"""Platforms, their courses and members; what each method promises stands in `grader.ports`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from grader.domain.errors import NotFound
from grader.storage.lti_rows import from_context, from_platform, inserting, to_context, to_member, to_platform
from grader.storage.rows import changed, fetch, keep, upsert
from grader.storage.tables import ContextRow, MemberRow, PlatformRow, UserRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from grader.domain.lms.platform import Context, Family, Member, Platform

# fresh: rows are changed by UPDATE, behind the session's back
_PLATFORMS = select(PlatformRow).execution_options(populate_existing=True)
_CONTEXTS = select(ContextRow).execution_options(populate_existing=True)
_MEMBERS = select(MemberRow).execution_options(populate_existing=True)


class SqlPlatforms:
    """Fills `ports.Platforms`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, platform: Platform) -> Platform:
        row = PlatformRow(**from_platform(platform))
        keep(self._session, row, taken=f"the platform {platform.key!r} exists already")
        return to_platform(row)

    def get(self, platform_id: int) -> Platform:
        return to_platform(fetch(self._session, PlatformRow, platform_id, "platform", populate_existing=True))

    def by_key(self, key: str) -> Platform | None:
        row = self._session.scalar(_PLATFORMS.where(PlatformRow.key == key, PlatformRow.removed.is_(None)))
        return to_platform(row) if row else None

    def of_course(self, course_id: int | None) -> list[Platform]:
        theirs = _PLATFORMS.where(PlatformRow.course_id.is_not_distinct_from(course_id), PlatformRow.removed.is_(None))
        return [to_platform(row) for row in self._session.scalars(theirs.order_by(PlatformRow.id))]

    def change(self, platform: Platform) -> None:
        changing = update(PlatformRow).where(PlatformRow.id == platform.id).values(**from_platform(platform))
        if not changed(self._session, changing):
            raise NotFound(f"there is no platform {platform.id}")

    def failed(self, platform_id: int, now: datetime) -> datetime:
        worked = (PlatformRow.id == platform_id, PlatformRow.failing.is_(None))
        changed(self._session, update(PlatformRow).where(*worked).values(failing=now))
        return self.get(platform_id).failing or now  # now: a score arrived in between

    def arrived(self, platform_id: int) -> None:
        failed = (PlatformRow.id == platform_id, PlatformRow.failing.is_not(None))
        changed(self._session, update(PlatformRow).where(*failed).values(failing=None))

    def set_family(self, platform_id: int, family: Family) -> None:
        changed(self._session, update(PlatformRow).where(PlatformRow.id == platform_id).values(family=family))

    def take_deployment(self, platform_id: int, deployment: str) -> bool:
        has_none = (PlatformRow.id == platform_id, PlatformRow.deployments == [])
        changed(self._session, update(PlatformRow).where(*has_none).values(deployments=[deployment]))
        return deployment in self.get(platform_id).deployments

    def put_context(self, context: Context) -> Context:
        told = {name: value for name, value in from_context(context).items() if value}
        same = _CONTEXTS.where(ContextRow.platform_id == context.platform_id, ContextRow.key == context.key)
        row = self._session.scalar(same)
        if row is None:
            self._insert(context, told)
        elif any(getattr(row, name) != value for name, value in told.items()):
            changed(self._session, update(ContextRow).where(ContextRow.id == row.id).values(**told))
        # else nothing is written, as in most launches: a class that comes at once need not queue for one row
        return to_context(self._session.scalars(same).one())

    def context(self, context_id: int) -> Context:
        return to_context(fetch(self._session, ContextRow, context_id, "course of a platform", populate_existing=True))

    def contexts(self, course_id: int) -> list[tuple[Context, Platform]]:
        rows = self._session.execute(
            select(ContextRow, PlatformRow)
            .join(PlatformRow, ContextRow.platform_id == PlatformRow.id)
            .where(ContextRow.course_id == course_id, PlatformRow.removed.is_(None))
            .order_by(ContextRow.id)
            .execution_options(populate_existing=True)
        )
        return [(to_context(context), to_platform(platform)) for context, platform in rows]

    def bind(self, context_id: int, course_id: int) -> bool:
        free = (ContextRow.id == context_id, ContextRow.course_id.is_(None))
        return changed(self._session, update(ContextRow).where(*free).values(course_id=course_id)) == 1

    def unbind(self, context_id: int) -> None:
        changed(self._session, update(ContextRow).where(ContextRow.id == context_id).values(course_id=None))

    def synced(self, context_id: int, when: datetime, note: str) -> None:
        noted = update(ContextRow).where(ContextRow.id == context_id).values(synced=when, sync_note=note)
        changed(self._session, noted)

    def put_member(self, member: Member) -> None:
        # NO KEY lock: of two launches of one user, the later sees the earlier's row, and that can give way
        self._session.execute(
            select(UserRow.id).where(UserRow.id == member.user_id).with_for_update(key_share=True)
        ).all()
        self._session.execute(
            delete(MemberRow)
            .where(MemberRow.context_id == member.context_id, MemberRow.user_id == member.user_id)
            .where(MemberRow.subject != member.subject)
        )
        key: dict[str, object] = {"context_id": member.context_id, "subject": member.subject}
        upsert(self._session, MemberRow, key=key, values={"user_id": member.user_id, "ended": member.ended})

    def user_of(self, platform_id: int, subject: str) -> int | None:
        return self._session.scalar(
            select(MemberRow.user_id)
            .join(ContextRow, MemberRow.context_id == ContextRow.id)
            .where(ContextRow.platform_id == platform_id, MemberRow.subject == subject)
            .order_by(MemberRow.ended.is_not(None), MemberRow.context_id.desc())
            .limit(1)
        )

    def members(self, context_id: int) -> list[Member]:
        found = [to_member(row) for row in self._session.scalars(_MEMBERS.where(MemberRow.context_id == context_id))]
        return sorted(found, key=lambda member: member.subject)  # here: databases differ over capitals

    def member_of(self, context_id: int, user_id: int) -> Member | None:
        row = self._session.scalar(_MEMBERS.where(MemberRow.context_id == context_id, MemberRow.user_id == user_id))
        return to_member(row) if row else None

    def _insert(self, context: Context, told: dict[str, object]) -> None:
        """Keep a platform's course, or add *told* to the one that another launch kept meanwhile."""
        course_id = self.get(context.platform_id).course_id or context.course_id
        key = {"platform_id": context.platform_id, "key": context.key}
        new = inserting(self._session, ContextRow).values(
            **key, **from_context(context), course_id=course_id, sync_note=""
        )
        over = told or {"title": ContextRow.title}
        self._session.execute(new.on_conflict_do_update(index_elements=list(key), set_=over))
