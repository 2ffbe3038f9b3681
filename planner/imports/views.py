"""The import of a programme, page after page, its template, and the programme given back as a file."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner.db import transaction
from planner.directory.models import Organisation
from planner.directory.queries import lab_or_404
from planner.editions.models import Edition
from planner.editions.queries import themes
from planner.errors import RuleViolation
from planner.imports import exports, labels, queries, runs
from planner.imports import templates as blank
from planner.imports.forms import FileForm, columns_form
from planner.imports.models import ImportState, ProgrammeImport
from planner.imports.report import Verdict
from planner.programmes.queries import open_edition
from planner.web.access import allowed, required_actor
from planner.web.rights import Action

bp = Blueprint("imports", __name__, url_prefix="/espace-lab/<slug>")

PAGE = 50  # rows of the dry run on a page

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": _XLSX, "ods": _ODS}
_EXPORTS = {"csv": exports.as_csv, "xlsx": exports.as_xlsx, "ods": exports.as_ods}
_TEMPLATES = {"xlsx": blank.as_xlsx, "ods": blank.as_ods}


def _edition_or_404() -> Edition:
    return open_edition() or abort(404)


# ── Files ──


@bp.get("/programme.<any(csv, xlsx, ods):extension>")
@allowed(Action.EDIT_EVENT, lab_or_404)
def export(organisation: Organisation, extension: str) -> ResponseReturnValue:
    """The programme of the edition, in columns that the import understands."""
    edition = _edition_or_404()
    events = queries.events_of(organisation.id, edition.id)
    name = f"programme-{organisation.slug}-{edition.slug}.{extension}"
    return _file(_EXPORTS[extension](exports.rows(events)), name, extension)


@bp.get("/importer/modele.<any(xlsx, ods):extension>")
@allowed(Action.EDIT_EVENT, lab_or_404)
def template(organisation: Organisation, extension: str) -> ResponseReturnValue:  # noqa: ARG001 -- rights are asked on it
    """An empty programme, with hints and lists."""
    content = _TEMPLATES[extension](theme.name for theme in themes(_edition_or_404()))
    return _file(content, f"modele-programme.{extension}", extension)


def _file(content: bytes, name: str, extension: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype=_TYPES[extension], headers=headers)


# ── The import ──


@bp.route("/importer", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, lab_or_404)
def drop(organisation: Organisation) -> ResponseReturnValue:
    """Drop the file."""
    slug, edition, form = organisation.slug, _edition_or_404(), FileForm()
    if form.validate_on_submit():
        try:
            with transaction():
                upload = form.file.data
                run = runs.drop(organisation, edition, form.content, upload.filename or "", required_actor())
                key = run.key
        except RuleViolation as refusal:
            form.file.errors = [refusal.message]
            organisation, edition = lab_or_404(slug), _edition_or_404()
        else:
            return redirect(url_for(".show", slug=slug, key=key))
    page = render_template("imports/drop.html", form=form, organisation=organisation, edition=edition)
    return page, 422 if form.errors else 200


@bp.get("/importer/<key>")
@allowed(Action.EDIT_EVENT, queries.run_or_404)
def show(run: ProgrammeImport) -> ResponseReturnValue:
    """Where the import stands: its columns to be explained, its progress, its dry run, its result."""
    if run.state is ImportState.MAPPING:
        return redirect(url_for(".columns", slug=run.organisation.slug, key=run.key))
    if run.state is ImportState.READY:
        return _dry_run(run)
    name = "imports/progress.html" if run.state in {ImportState.QUEUED, ImportState.APPLYING} else "imports/result.html"
    return render_template(name, run=run, organisation=run.organisation, labels=labels)


@bp.route("/importer/<key>/colonnes", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.run_or_404)
def columns(run: ProgrammeImport) -> ResponseReturnValue:
    """What each column fills, as it was understood, to be corrected."""
    slug, key = run.organisation.slug, run.key
    if run.state not in {ImportState.MAPPING, ImportState.READY} or run.content is None:
        return redirect(url_for(".show", slug=slug, key=key))
    sheet = runs.open_file(run.content, run.file_name)
    form = columns_form(sheet, runs.fields(run.columns))
    if form.validate_on_submit():
        with suppress(RuleViolation), transaction():  # explained meanwhile by somebody else: its page says where it is
            runs.explain(run, form.columns)
        return redirect(url_for(".show", slug=slug, key=key))
    known = len(form.columns)
    page = render_template(
        "imports/columns.html", form=form, run=run, organisation=run.organisation, sheet=sheet, known=known
    )
    return page, 422 if form.errors else 200


@bp.post("/importer/<key>/appliquer")
@allowed(Action.EDIT_EVENT, queries.run_or_404)
def confirm(run: ProgrammeImport) -> ResponseReturnValue:
    """Create and update the drafts."""
    slug, key = run.organisation.slug, run.key
    try:
        with transaction():
            runs.confirm(run, required_actor())
    except RuleViolation as refusal:
        run = queries.run_or_404(slug, key)
        if run.state is ImportState.READY:
            return _dry_run(run, refusal.message), 422
    return redirect(url_for(".show", slug=slug, key=key))


def _dry_run(run: ProgrammeImport, refusal: str = "") -> str:
    verdict = request.args.get("verdict", "")
    rows = [row for row in run.report["rows"] if verdict not in list(Verdict) or row["verdict"] == verdict]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    answers: dict[str, Any] = {"rows": rows[(page - 1) * PAGE : page * PAGE], "page": page, "pages": pages}
    return render_template(
        "imports/dry_run.html",
        run=run,
        organisation=run.organisation,
        report=run.report,
        verdict=verdict,
        labels=labels,
        refusal=refusal,
        **answers,
    )
