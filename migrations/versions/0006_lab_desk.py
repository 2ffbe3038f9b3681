"""The lab's desk: pictures, co-organisers, members by mail, imports, questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_image_size_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image")),
        sa.UniqueConstraint("digest", name=op.f("uq_image_digest")),
    )
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_import_mapping_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("organisation_id", "headings", name=op.f("uq_import_mapping_organisation_id_headings")),
    )
    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_accepted IS NULL)", name=op.f("ck_join_request_decided_has_answer")
        ),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["person.id"], name=op.f("fk_join_request_decider_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_join_request_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_join_request_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["person.id"], name=op.f("fk_join_request_proposer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    op.create_index(
        "uq_join_request_pending",
        "join_request",
        ["organisation_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "membership_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "manager",
                "editor",
                "helper",
                name="membershiprole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("link_key", sa.Text(), nullable=False),
        sa.Column("inviter_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_membership_invitation_email_normalised")),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["person.id"], name=op.f("fk_membership_invitation_inviter_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_invitation_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_invitation")),
        sa.UniqueConstraint("link_key", name=op.f("uq_membership_invitation_link_key")),
    )
    op.create_index(
        "uq_membership_invitation_live",
        "membership_invitation",
        ["organisation_id", "email"],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "programme_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "mapping",
                "queued",
                "ready",
                "applying",
                "applied",
                "failed",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'applied') = (applied_at IS NOT NULL)", name=op.f("ck_programme_import_applied_has_moment")
        ),
        sa.CheckConstraint("done <= total", name=op.f("ck_programme_import_progress_in_order")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_programme_import_edition_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_programme_import_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_programme_import_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_import")),
        sa.UniqueConstraint("key", name=op.f("uq_programme_import_key")),
    )
    op.create_index("ix_programme_import_organisation", "programme_import", ["organisation_id", "id"], unique=False)
    op.create_index(
        "ix_programme_import_waiting",
        "programme_import",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'applying')"),
    )
    op.create_table(
        "co_organiser_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("inviter_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (is_accepted IS NULL)", name=op.f("ck_co_organiser_invitation_answered_has_answer")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_co_organiser_invitation_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["person.id"], name=op.f("fk_co_organiser_invitation_inviter_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_co_organiser_invitation_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_organiser_invitation")),
    )
    op.create_index(
        "ix_co_organiser_invitation_organisation", "co_organiser_invitation", ["organisation_id"], unique=False
    )
    op.create_index(
        "uq_co_organiser_invitation_pending",
        "co_organiser_invitation",
        ["event_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "choice",
                "choices",
                "yes_no",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("options", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("condition_id", sa.Integer(), nullable=True),
        sa.Column("condition_value", sa.Text(), nullable=False),
        sa.CheckConstraint("(condition_id IS NULL) = (condition_value = '')", name=op.f("ck_question_condition_whole")),
        sa.CheckConstraint(
            "(kind IN ('choice', 'choices')) = (cardinality(options) > 0)", name=op.f("ck_question_options_of_choices")
        ),
        sa.CheckConstraint("label <> ''", name=op.f("ck_question_label_given")),
        sa.ForeignKeyConstraint(
            ["condition_id"], ["question.id"], name=op.f("fk_question_condition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_question_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_event_id"), "question", ["event_id"], unique=False)
    op.add_column("event", sa.Column("image_id", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("image_alt", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("event", sa.Column("image_credit", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "event", sa.Column("skills", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("event", sa.Column("needs_approval", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "event",
        sa.Column("reserved_domains", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("event", sa.Column("retention_months", sa.Integer(), server_default=sa.text("3"), nullable=False))
    op.create_foreign_key(op.f("fk_event_image_id"), "event", "image", ["image_id"], ["id"], ondelete="SET NULL")
    op.create_check_constraint(op.f("ck_event_retention_bounded"), "event", "retention_months BETWEEN 1 AND 36")
    op.add_column(
        "registration",
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("registration", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("registration", sa.Column("refusal", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "resource", sa.Column("persons_agreed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute("UPDATE resource SET persons_agreed = true WHERE kind = 'photo'")
    op.create_check_constraint(op.f("ck_resource_photo_agreed"), "resource", "kind <> 'photo' OR persons_agreed")
    op.add_column("outcome", sa.Column("has_no_document", sa.Boolean(), server_default="false", nullable=False))
    _replace_exclusions("DEFERRABLE")


def _replace_exclusions(checked: str) -> None:
    """Two sessions never share a track or a room; deferrable, so that they may exchange their hours."""
    for name in ("track", "room"):
        op.drop_constraint(f"ex_event_session_{name}", "event_session")
        op.execute(
            f"ALTER TABLE event_session ADD CONSTRAINT ex_event_session_{name} EXCLUDE USING gist"
            f" (int8range({name}_id, {name}_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
            f" WHERE ({name}_id IS NOT NULL AND starts_at IS NOT NULL AND status = 'scheduled') {checked}"
        )


def downgrade() -> None:
    _replace_exclusions("NOT DEFERRABLE")
    op.drop_column("outcome", "has_no_document")
    op.drop_constraint(op.f("ck_resource_photo_agreed"), "resource")
    op.drop_column("resource", "persons_agreed")
    op.drop_column("registration", "refusal")
    op.drop_column("registration", "approved_at")
    op.drop_column("registration", "answers")
    op.drop_constraint(op.f("ck_event_retention_bounded"), "event", type_="check")
    op.drop_constraint(op.f("fk_event_image_id"), "event", type_="foreignkey")
    op.drop_column("event", "retention_months")
    op.drop_column("event", "reserved_domains")
    op.drop_column("event", "needs_approval")
    op.drop_column("event", "skills")
    op.drop_column("event", "image_credit")
    op.drop_column("event", "image_alt")
    op.drop_column("event", "image_id")
    op.drop_index(op.f("ix_question_event_id"), table_name="question")
    op.drop_table("question")
    op.drop_index(
        "uq_co_organiser_invitation_pending",
        table_name="co_organiser_invitation",
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_index("ix_co_organiser_invitation_organisation", table_name="co_organiser_invitation")
    op.drop_table("co_organiser_invitation")
    op.drop_index(
        "ix_programme_import_waiting",
        table_name="programme_import",
        postgresql_where=sa.text("state IN ('queued', 'applying')"),
    )
    op.drop_index("ix_programme_import_organisation", table_name="programme_import")
    op.drop_table("programme_import")
    op.drop_index(
        "uq_membership_invitation_live",
        table_name="membership_invitation",
        postgresql_where=sa.text("accepted_at IS NULL AND ended_at IS NULL"),
    )
    op.drop_table("membership_invitation")
    op.drop_index("uq_join_request_pending", table_name="join_request", postgresql_where=sa.text("decided_at IS NULL"))
    op.drop_table("join_request")
    op.drop_table("import_mapping")
    op.drop_table("image")
