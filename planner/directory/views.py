"""The public directory: the labs by region, and the page of each."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from planner import clock, dates
from planner.directory import labels, queries, rules
from planner.directory.forms import LabFilters
from planner.web.access import public

bp = Blueprint("directory", __name__)


@bp.get("/labs")
@public
def labs() -> ResponseReturnValue:
    form = LabFilters(request.args, queries.regions_with_labs())
    is_valid = form.validate()
    found = queries.labs(form.search()) if is_valid else []
    page = render_template(
        "directory/labs.html",
        form=form,
        filters=form.active() if is_valid else [],
        regions=rules.by_region(found),
        total=len(found),
        labels=labels,
    )
    return page, 200 if is_valid else 422


@bp.get("/labs/<slug>")
@public
def lab(slug: str) -> ResponseReturnValue:
    found = queries.lab_or_404(slug)
    return render_template(
        "directory/lab.html",
        lab=found,
        is_closed=rules.is_closed(found, dates.local(clock.now()).date()),
        labels=labels,
        web_address=rules.web_address,
    )
