"""The pages that the law asks of a public service."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from planner.web.access import public

bp = Blueprint("pages", __name__)


@bp.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("pages/accessibility.html")


@bp.get("/mentions-legales")
@public
def legal_notice() -> ResponseReturnValue:
    return render_template("pages/legal_notice.html")


@bp.get("/donnees-personnelles")
@public
def personal_data() -> ResponseReturnValue:
    return render_template("pages/personal_data.html")
