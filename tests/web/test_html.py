"""The checker of pages: it lets a right page through and stops each of the faults it is there for."""

import pytest

from tests.web.html import check_page

RIGHT = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Essai – Service</title></head>
<body><main id="contenu"><h1>Essai</h1>
<form method="post" action="/essai">
<input type="hidden" name="csrf_token" value="abc">
<label for="a">A</label><input id="a" name="a" value="1" aria-describedby="a-errors">
<div id="a-errors"><p>Trop court.</p></div>
<label for="b">B</label>
<select id="b" name="b"><option value="1">Un</option><option value="2" selected>Deux</option></select>
<label><input type="checkbox" name="c" value="x" checked> X</label>
<label><input type="checkbox" name="c" value="y" checked> Y</label>
<label for="d">D</label><textarea id="d" name="d">
ligne</textarea>
<button name="e" value="1">Envoyer</button>
</form>
<a href="#contenu">Haut</a><img src="/x.png" alt="">
</main></body></html>"""


def test_a_right_page_is_read():
    page = check_page(RIGHT)
    assert (page.title, page.h1, page.links) == ("Essai – Service", "Essai", {"Haut": "#contenu"})
    assert page.field_errors() == {"a": ["Trop court."]}
    (form,) = page.forms
    assert (form.action, form.method, form.buttons) == ("/essai", "post", ["Envoyer"])
    assert form.values == {"csrf_token": "abc", "a": "1", "b": "2", "c": ["x", "y"], "d": "ligne"}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('lang="fr"', "", "the language is not fr"),
        ("Essai – Service", " – Service", "the title says nothing"),
        ("<h1>Essai</h1>", "<h2>Essai</h2>", "0 <h1> instead of one"),
        ("<h1>Essai</h1>", "<h1>Essai</h1><h1>Bis</h1>", "2 <h1> instead of one"),
        ("</main>", "</main><main></main>", "2 <main> instead of one"),
        ('id="b"', 'id="a"', "the id 'a' is there 2 times"),
        ('<label for="a">A</label>', "", "input a has no label"),
        ('aria-describedby="a-errors"', 'aria-describedby="nowhere"', "input points at #nowhere"),
        ('href="#contenu"', 'href="#nowhere"', "a points at #nowhere"),
        (">Haut<", "><", "a a without words"),
        (' alt=""', "", "no alt: /x.png"),
        ("<h1>", '<h1 style="color: red">', "inline style on h1"),
        ("<h1>", '<h1 onclick="x()">', "inline script in onclick of h1"),
        ("</main>", "<script>x()</script></main>", "inline script"),
        ("</form>", "</div></form>", "end-tag-too-early"),
        ("<!doctype html>", "", "expected-doctype"),
    ],
)
def test_a_wrong_one_is_stopped(right: str, wrong: str, said: str):
    with pytest.raises(AssertionError, match=said):
        check_page(RIGHT.replace(right, wrong))


def test_structured_data_is_no_script():
    assert check_page(RIGHT.replace("</head>", '<script type="application/ld+json">{}</script></head>')).h1 == "Essai"
