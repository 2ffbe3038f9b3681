"""Events: entries of the national calendar, their dated sessions, tracks, rooms and speakers."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.accounts.models import Person
from planner.db import Base, stored
from planner.directory.models import Department, Organisation, Region
from planner.editions.models import Edition, Theme
from planner.events.questions import Question
from planner.images.models import Image
from planner.web.rights import Scope


class EventState(StrEnum):
    """Where the event stands between its lab and its publication; moved by `events.rules` only."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class EventStatus(StrEnum):
    """What is happening to it; "full" is computed from the seats, never kept."""

    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    MOVED_ONLINE = "moved_online"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    """How one comes: once among several dates, to chosen sessions, or to every date."""

    ONE_SESSION = "one_session"
    PICK_SESSIONS = "pick_sessions"
    ALL_SESSIONS = "all_sessions"


class EventMode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"
    HYBRID = "hybrid"


class EventFormat(StrEnum):
    CONFERENCE = "conference"
    WEBINAR = "webinar"
    TRAINING = "training"
    WORKSHOP = "workshop"
    SIMPLIFICATHON = "simplificathon"
    DEBATE = "debate"
    ROUND_TABLE = "round_table"
    CREATIVE_SESSION = "creative_session"
    DEMONSTRATION = "demonstration"
    EXHIBITION = "exhibition"
    VISIT = "visit"
    OPEN_DAY = "open_day"
    PRESENTATION = "presentation"
    MEETING = "meeting"


class Audience(StrEnum):
    """Who it is for."""

    STATE_AGENTS = "state_agents"
    TERRITORIAL_AGENTS = "territorial_agents"
    HOSPITAL_AGENTS = "hospital_agents"
    MANAGERS = "managers"
    ELECTED = "elected"
    CITIZENS = "citizens"
    ASSOCIATIONS = "associations"
    COMPANIES = "companies"


class Accessibility(StrEnum):
    """What is provided, for whom."""

    MOTOR = "motor"
    HEARING = "hearing"
    VISUAL = "visual"
    PSYCHIC = "psychic"
    INTELLECTUAL = "intellectual"
    SIGN_LANGUAGE = "sign_language"
    CAPTIONS = "captions"
    EASY_READ = "easy_read"
    QUIET_ROOM = "quiet_room"


class RegistrationKind(StrEnum):
    """Where one registers."""

    HERE = "here"
    EXTERNAL = "external"
    FREE_ENTRY = "free_entry"
    BY_MAIL = "by_mail"


class Level(StrEnum):
    """How much the audience is expected to know."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


event_theme = Table(
    "event_theme",
    Base.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("theme.id"), primary_key=True, index=True),
)

event_co_organiser = Table(
    "event_co_organiser",
    Base.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


class Event(Base):
    """One entry of the calendar, as its lab wrote it. The columns follow the fields of a submission of PRODUCT.md."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("char_length(title) <= 140", name="title_length"),
        CheckConstraint("char_length(summary) <= 200", name="summary_length"),
        CheckConstraint("char_length(description) <= 10000", name="description_length"),
        CheckConstraint("cardinality(keywords) <= 10", name="keywords_count"),
        CheckConstraint("expected_attendance >= 0", name="expected_attendance_positive"),
        CheckConstraint("retention_months BETWEEN 1 AND 36", name="retention_bounded"),
        CheckConstraint(
            "registration_opens_at < registration_closes_at",
            name="registration_window_in_order",
        ),
        CheckConstraint(
            "state NOT IN ('published', 'archived') OR published_at IS NOT NULL",
            name="published_has_moment",
        ),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL",
            name="submitted_has_moment",
        ),
        Index(
            "ix_event_public",
            "edition_id",
            postgresql_where=text("state = 'published'"),
        ),
        Index("ix_event_state", "state", "submitted_at"),
        Index(
            "ix_event_search",
            text("to_tsvector('french', search_text)"),
            postgresql_using="gin",
        ),
        UniqueConstraint("organisation_id", "edition_id", "external_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"), index=True)
    cloned_from_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))
    external_id: Mapped[str | None]

    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")  # Markdown
    image_id: Mapped[int | None] = mapped_column(ForeignKey("image.id", ondelete="SET NULL"))
    image_alt: Mapped[str] = mapped_column(default="")
    image_credit: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")  # address where the facts were found, for example data

    attendance: Mapped[Attendance] = mapped_column(stored(Attendance), default=Attendance.ONE_SESSION)
    off_period_reason: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="Europe/Paris")  # of the place, IANA

    mode: Mapped[EventMode | None] = mapped_column(stored(EventMode))
    venue: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    department_code: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    joining_link: Mapped[str] = mapped_column(default="")
    is_joining_link_public: Mapped[bool] = mapped_column(default=False)

    format: Mapped[EventFormat | None] = mapped_column(stored(EventFormat))
    audiences: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # values of Audience
    is_reserved: Mapped[bool] = mapped_column(default=False)
    level: Mapped[Level | None] = mapped_column(stored(Level))
    keywords: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    accessibility: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # values of Accessibility
    accessibility_note: Mapped[str] = mapped_column(default="")

    registration_kind: Mapped[RegistrationKind] = mapped_column(stored(RegistrationKind), default=RegistrationKind.HERE)
    registration_url: Mapped[str] = mapped_column(default="")
    registration_opens_at: Mapped[datetime | None]
    registration_closes_at: Mapped[datetime | None]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    needs_approval: Mapped[bool] = mapped_column(default=False)  # of each registration, by the organiser
    reserved_domains: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # of the addresses; empty: any
    retention_months: Mapped[int] = mapped_column(default=3)  # how long registrations are kept after the event

    note_to_reviewers: Mapped[str] = mapped_column(default="")
    expected_attendance: Mapped[int | None]
    is_charter_accepted: Mapped[bool] = mapped_column(default=False)
    is_free_of_charge: Mapped[bool] = mapped_column(default=True)

    state: Mapped[EventState] = mapped_column(stored(EventState), default=EventState.DRAFT)
    status: Mapped[EventStatus] = mapped_column(stored(EventStatus), default=EventStatus.SCHEDULED)
    status_text: Mapped[str] = mapped_column(default="")  # what registrants were told of it
    version: Mapped[int] = mapped_column(default=1)  # raised by each change: the version read is the version approved
    is_featured: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    submitter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(default="")  # folded by `events.services.index_text`

    edition: Mapped[Edition | None] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    co_organisers: Mapped[list[Organisation]] = relationship(secondary=event_co_organiser, order_by=Organisation.name)
    region: Mapped[Region | None] = relationship()
    department: Mapped[Department | None] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=author_id)
    image: Mapped[Image | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=event_theme, order_by=Theme.position)
    sessions: Mapped[list["EventSession"]] = relationship(
        back_populates="event",
        order_by="(EventSession.starts_at, EventSession.id)",
        cascade="all, delete-orphan",
    )
    speakers: Mapped[list["Speaker"]] = relationship(order_by="Speaker.position", cascade="all, delete-orphan")
    tracks: Mapped[list["Track"]] = relationship(order_by="(Track.position, Track.name)", cascade="all, delete-orphan")
    rooms: Mapped[list["Room"]] = relationship(order_by="Room.name", cascade="all, delete-orphan")
    questions: Mapped[list[Question]] = relationship(order_by=Question.position, cascade="all, delete-orphan")

    @property
    def scope(self) -> Scope:
        """Whose it is, for the table of rights; `co_organisers` and `edition` must be loaded."""
        owners = {
            self.organisation_id,
            *(organisation.id for organisation in self.co_organisers),
        }
        is_delegated = self.edition is not None and self.edition.is_review_delegated
        region_code = self.region_code or self.organisation.region_code
        return Scope(frozenset(owners), region_code, self.submitted_at is not None, is_delegated)


class Track(Base):
    """A strand of a gathering: within one, sessions never overlap."""

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Room(Base):
    """A room of the event's place: two sessions are never in it at once."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("event_id", "name"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str]
    capacity: Mapped[int | None]


class SessionStatus(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class EventSession(Base):
    """A dated slot. What people typed is the local day and hours; the instants follow from them and the place's zone.

    A draft may miss its hours: then `starts_at` and `ends_at` are empty. `events.services.schedule` keeps both in step.
    """

    __tablename__ = "event_session"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="hours_in_order"),
        CheckConstraint("ends_at - starts_at <= interval '24 hours'", name="one_day_at_most"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="both_instants_or_none"),
        CheckConstraint("places_onsite >= 0", name="places_onsite_positive"),
        CheckConstraint("places_online >= 0", name="places_online_positive"),
        ExcludeConstraint(
            (text("int8range(track_id, track_id, '[]')"), "&&"),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            where=text("track_id IS NOT NULL AND starts_at IS NOT NULL AND status = 'scheduled'"),
            name="ex_event_session_track",
            using="gist",
            deferrable=True,  # two sessions may exchange their hours
        ),
        ExcludeConstraint(
            (text("int8range(room_id, room_id, '[]')"), "&&"),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            where=text("room_id IS NOT NULL AND starts_at IS NOT NULL AND status = 'scheduled'"),
            name="ex_event_session_room",
            using="gist",
            deferrable=True,  # two sessions may exchange their hours
        ),
        Index("ix_event_session_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(default="")
    day: Mapped[date | None]
    start_time: Mapped[time | None]
    end_day: Mapped[date | None]  # when it ends on another day
    end_time: Mapped[time | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    places_onsite: Mapped[int | None]  # None: as many as come
    places_online: Mapped[int | None]
    track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id", ondelete="SET NULL"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    status: Mapped[SessionStatus] = mapped_column(stored(SessionStatus), default=SessionStatus.SCHEDULED)
    sequence: Mapped[int] = mapped_column(default=0)  # RFC 5545 3.8.7.4: raised when the calendar entry moves
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    event: Mapped[Event] = relationship(back_populates="sessions")
    track: Mapped[Track | None] = relationship()
    room: Mapped[Room | None] = relationship()


class Speaker(Base):
    """An intervenant of the event, or of one of its sessions."""

    __tablename__ = "speaker"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    event_session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"))
    full_name: Mapped[str]
    position_held: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
