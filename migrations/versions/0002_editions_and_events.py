"""Editions and events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("submissions_open_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submissions_close_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("charter", sa.Text(), nullable=False),
        sa.Column("is_review_delegated", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="ex_edition_days",
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_edition_days_in_order")),
        sa.CheckConstraint(
            "submissions_open_at < submissions_close_at",
            name=op.f("ck_edition_window_in_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("number", name=op.f("uq_edition_number")),
        sa.UniqueConstraint("slug", name=op.f("uq_edition_slug")),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["edition.id"],
            name=op.f("fk_theme_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint(
            "edition_id",
            "slug",
            name=op.f("uq_theme_edition_id_slug"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_programme_edition_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_programme_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint(
            "organisation_id",
            "edition_id",
            name=op.f("uq_programme_organisation_id_edition_id"),
        ),
    )
    op.create_index(op.f("ix_programme_edition_id"), "programme", ["edition_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("cloned_from_id", sa.Integer(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "attendance",
            sa.Enum(
                "one_session",
                "pick_sessions",
                "all_sessions",
                name="attendance",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("off_period_reason", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "onsite",
                "online",
                "hybrid",
                name="eventmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("department_code", sa.Text(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=True),
        sa.Column("joining_link", sa.Text(), nullable=False),
        sa.Column("is_joining_link_public", sa.Boolean(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "conference",
                "webinar",
                "training",
                "workshop",
                "simplificathon",
                "debate",
                "round_table",
                "creative_session",
                "demonstration",
                "exhibition",
                "visit",
                "open_day",
                "presentation",
                "meeting",
                name="eventformat",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("audiences", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_reserved", sa.Boolean(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "beginner",
                "intermediate",
                "advanced",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("accessibility", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("accessibility_note", sa.Text(), nullable=False),
        sa.Column(
            "registration_kind",
            sa.Enum(
                "here",
                "external",
                "free_entry",
                "by_mail",
                name="registrationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("registration_url", sa.Text(), nullable=False),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_waiting_list", sa.Boolean(), nullable=False),
        sa.Column("note_to_reviewers", sa.Text(), nullable=False),
        sa.Column("expected_attendance", sa.Integer(), nullable=True),
        sa.Column("is_charter_accepted", sa.Boolean(), nullable=False),
        sa.Column("is_free_of_charge", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "changes_requested",
                "approved",
                "published",
                "rejected",
                "withdrawn",
                "archived",
                name="eventstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "rescheduled",
                "moved_online",
                "postponed",
                "cancelled",
                name="eventstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_featured", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("submitter_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL",
            name=op.f("ck_event_submitted_has_moment"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'archived') OR published_at IS NOT NULL",
            name=op.f("ck_event_published_has_moment"),
        ),
        sa.CheckConstraint("cardinality(keywords) <= 10", name=op.f("ck_event_keywords_count")),
        sa.CheckConstraint(
            "char_length(description) <= 10000",
            name=op.f("ck_event_description_length"),
        ),
        sa.CheckConstraint("char_length(summary) <= 200", name=op.f("ck_event_summary_length")),
        sa.CheckConstraint("char_length(title) <= 140", name=op.f("ck_event_title_length")),
        sa.CheckConstraint(
            "expected_attendance >= 0",
            name=op.f("ck_event_expected_attendance_positive"),
        ),
        sa.CheckConstraint(
            "registration_opens_at < registration_closes_at",
            name=op.f("ck_event_registration_window_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["person.id"],
            name=op.f("fk_event_author_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["cloned_from_id"],
            ["event.id"],
            name=op.f("fk_event_cloned_from_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["department_code"],
            ["department.code"],
            name=op.f("fk_event_department_code"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_event_edition_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_event_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_event_programme_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_event_region_code")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["person.id"],
            name=op.f("fk_event_reviewer_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["submitter_id"],
            ["person.id"],
            name=op.f("fk_event_submitter_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint(
            "organisation_id",
            "edition_id",
            "external_id",
            name=op.f("uq_event_organisation_id_edition_id_external_id"),
        ),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
    )
    op.create_index(op.f("ix_event_organisation_id"), "event", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_event_programme_id"), "event", ["programme_id"], unique=False)
    op.create_index(
        "ix_event_public",
        "event",
        ["edition_id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(op.f("ix_event_region_code"), "event", ["region_code"], unique=False)
    op.create_index(
        "ix_event_search",
        "event",
        [sa.literal_column("to_tsvector('french', search_text)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_event_state", "event", ["state", "submitted_at"], unique=False)
    op.create_table(
        "event_co_organiser",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_co_organiser_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_event_co_organiser_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("event_id", "organisation_id", name=op.f("pk_event_co_organiser")),
    )
    op.create_index(
        op.f("ix_event_co_organiser_organisation_id"),
        "event_co_organiser",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "event_theme",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_theme_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_event_theme_theme_id")),
        sa.PrimaryKeyConstraint("event_id", "theme_id", name=op.f("pk_event_theme")),
    )
    op.create_index(op.f("ix_event_theme_theme_id"), "event_theme", ["theme_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_room_capacity_positive")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_room_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("event_id", "name", name=op.f("uq_room_event_id_name")),
    )
    op.create_table(
        "track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_track_event_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
        sa.UniqueConstraint("event_id", "name", name=op.f("uq_track_event_id_name")),
    )
    op.create_table(
        "event_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("start_time", sa.Time(), nullable=True),
        sa.Column("end_day", sa.Date(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("places_onsite", sa.Integer(), nullable=True),
        sa.Column("places_online", sa.Integer(), nullable=True),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "cancelled",
                name="sessionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(room_id, room_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("room_id IS NOT NULL AND starts_at IS NOT NULL AND status = 'scheduled'"),
            using="gist",
            name="ex_event_session_room",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(track_id, track_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("track_id IS NOT NULL AND starts_at IS NOT NULL AND status = 'scheduled'"),
            using="gist",
            name="ex_event_session_track",
        ),
        sa.CheckConstraint(
            "ends_at - starts_at <= interval '24 hours'",
            name=op.f("ck_event_session_one_day_at_most"),
        ),
        sa.CheckConstraint(
            "(starts_at IS NULL) = (ends_at IS NULL)",
            name=op.f("ck_event_session_both_instants_or_none"),
        ),
        sa.CheckConstraint("places_online >= 0", name=op.f("ck_event_session_places_online_positive")),
        sa.CheckConstraint("places_onsite >= 0", name=op.f("ck_event_session_places_onsite_positive")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_event_session_hours_in_order")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_session_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["room.id"],
            name=op.f("fk_event_session_room_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["track_id"],
            ["track.id"],
            name=op.f("fk_event_session_track_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_session")),
    )
    op.create_index(op.f("ix_event_session_event_id"), "event_session", ["event_id"], unique=False)
    op.create_index("ix_event_session_starts_at", "event_session", ["starts_at"], unique=False)
    op.create_table(
        "speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("event_session_id", sa.Integer(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("position_held", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_speaker_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_session_id"],
            ["event_session.id"],
            name=op.f("fk_speaker_event_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
    )
    op.create_index(op.f("ix_speaker_event_id"), "speaker", ["event_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_speaker_event_id"), table_name="speaker")
    op.drop_table("speaker")
    op.drop_index("ix_event_session_starts_at", table_name="event_session")
    op.drop_index(op.f("ix_event_session_event_id"), table_name="event_session")
    op.drop_table("event_session")
    op.drop_table("track")
    op.drop_table("room")
    op.drop_index(op.f("ix_event_theme_theme_id"), table_name="event_theme")
    op.drop_table("event_theme")
    op.drop_index(op.f("ix_event_co_organiser_organisation_id"), table_name="event_co_organiser")
    op.drop_table("event_co_organiser")
    op.drop_index("ix_event_state", table_name="event")
    op.drop_index("ix_event_search", table_name="event", postgresql_using="gin")
    op.drop_index(op.f("ix_event_region_code"), table_name="event")
    op.drop_index(
        "ix_event_public",
        table_name="event",
        postgresql_where=sa.text("state = 'published'"),
    )
    op.drop_index(op.f("ix_event_programme_id"), table_name="event")
    op.drop_index(op.f("ix_event_organisation_id"), table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_programme_edition_id"), table_name="programme")
    op.drop_table("programme")
    op.drop_table("theme")
    op.drop_table("edition")
