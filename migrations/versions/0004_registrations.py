"""Registrations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("link_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "state_agents",
                "territorial_agents",
                "hospital_agents",
                "managers",
                "elected",
                "citizens",
                "associations",
                "companies",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("access_needs", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_registration_email_normalised")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_registration_event_id")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_registration_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("link_key", name=op.f("uq_registration_link_key")),
    )
    op.create_index("ix_registration_email", "registration", ["email"], unique=False)
    op.create_index(op.f("ix_registration_event_id"), "registration", ["event_id"], unique=False)
    op.create_index(op.f("ix_registration_person_id"), "registration", ["person_id"], unique=False)
    op.create_index(
        "uq_registration_live",
        "registration",
        ["event_id", "email"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_session_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "week_before",
                "day_before",
                "hour_before",
                name="reminderkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("due_at < not_after", name=op.f("ck_reminder_moment_in_order")),
        sa.ForeignKeyConstraint(
            ["event_session_id"],
            ["event_session.id"],
            name=op.f("fk_reminder_event_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("event_session_id", "kind", name=op.f("uq_reminder_event_session_id_kind")),
    )
    op.create_index(
        "ix_reminder_due",
        "reminder",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("event_session_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "onsite",
                "online",
                name="seatmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "confirmed",
                "waiting",
                "offered",
                "cancelled",
                "expired",
                "present",
                "absent",
                name="seatstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('held', 'offered')) = (expires_at IS NOT NULL)",
            name=op.f("ck_seat_promise_has_end"),
        ),
        sa.ForeignKeyConstraint(
            ["event_session_id"],
            ["event_session.id"],
            name=op.f("fk_seat_event_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_seat_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint(
            "registration_id",
            "event_session_id",
            name=op.f("uq_seat_registration_id_event_session_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_seat_uid")),
    )
    op.create_index(
        "ix_seat_expiring",
        "seat",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('held', 'offered')"),
    )
    op.create_index(
        "ix_seat_queue",
        "seat",
        ["event_session_id", "mode", "queued_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_seat_taken",
        "seat",
        ["event_session_id", "mode"],
        unique=False,
        postgresql_where=sa.text("status IN ('held', 'confirmed', 'offered', 'present', 'absent')"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_seat_taken",
        table_name="seat",
        postgresql_where=sa.text("status IN ('held', 'confirmed', 'offered', 'present', 'absent')"),
    )
    op.drop_index(
        "ix_seat_queue",
        table_name="seat",
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.drop_index(
        "ix_seat_expiring",
        table_name="seat",
        postgresql_where=sa.text("status IN ('held', 'offered')"),
    )
    op.drop_table("seat")
    op.drop_index(
        "ix_reminder_due",
        table_name="reminder",
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("reminder")
    op.drop_index(
        "uq_registration_live",
        table_name="registration",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_registration_person_id"), table_name="registration")
    op.drop_index(op.f("ix_registration_event_id"), table_name="registration")
    op.drop_index("ix_registration_email", table_name="registration")
    op.drop_table("registration")
