"""Announcements and posts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.db import Model
from microcred.pilots.models import Pilot


class Announcement(Model):
    """What the coordinator tells the whole pilot; it can be taken back."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]

    pilot: Mapped[Pilot] = relationship()
    author: Mapped[Account] = relationship()


class PostKind(StrEnum):
    """What a post tells of."""

    CHALLENGE = "challenge"
    WIN = "win"


class Post(Model):
    """A challenge or a win that somebody shares, or a reply to one (then `thread_id` names the first post)."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    kind: Mapped[PostKind | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]

    pilot: Mapped[Pilot] = relationship()
    author: Mapped[Account] = relationship()
    replies: Mapped[list["Post"]] = relationship(order_by="Post.id", back_populates="thread")
    thread: Mapped["Post | None"] = relationship(remote_side="Post.id", back_populates="replies")
